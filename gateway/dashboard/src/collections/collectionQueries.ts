import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { statisticsKey } from '../api/live';
import type { CollectionRun } from '../api/types';

const key = 'collections';

// While a collection runs its progress is worth a question a second.
const whileRunning = 1000;
const whileIdle = 30_000;

export const isRunning = (run: CollectionRun | undefined): boolean => run?.state === 'waiting' || run?.state === 'running';

export const collectionsQuery = () =>
  queryOptions({
    queryKey: [key],
    queryFn: ({ signal }) => answer(api.GET('/v1/collections', { params: { query: { limit: 10 } }, signal })),
    refetchInterval: ({ state }) => (isRunning(state.data?.items[0]) ? whileRunning : whileIdle),
  });

/** The Update button's call: every host collects now, and what is on screen is asked for again. */
export function useUpdate() {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: () => answer(api.POST('/v1/collections')),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [key] });
      await queries.invalidateQueries({ queryKey: [statisticsKey] });
    },
  });
}
