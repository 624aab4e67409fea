import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { statisticsKey } from '../api/live';
import { ApiProblem } from '../api/problem';

const key = 'administration';

/** Whether this key may administer the tenant: the API itself is asked. */
export const administratorQuery = () =>
  queryOptions({
    queryKey: [key, 'allowed'],
    queryFn: async ({ signal }) => {
      try {
        await answer(api.GET('/v1/admin/quotas', { params: { query: { limit: 1 } }, signal }));

        return true;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 403) {
          return false;
        }
        throw error;
      }
    },
    staleTime: 60_000,
  });

export const administration = <T>(name: string, ask: (signal: AbortSignal) => Promise<T>) =>
  queryOptions({ queryKey: [key, name], queryFn: ({ signal }) => ask(signal) });

/** A change by an administrator; what is on screen is asked for again when it is made. */
export function useChange<Input, Made>(change: (input: Input) => Promise<Made>) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [key] });
      await queries.invalidateQueries({ queryKey: [statisticsKey] });
    },
  });
}
