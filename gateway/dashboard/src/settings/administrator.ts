import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';
import { statisticsKey } from '../api/refresh';

const key = 'administration';

export const administration = <T>(name: string, ask: (signal: AbortSignal) => Promise<T>) =>
  queryOptions({ queryKey: [key, name], queryFn: ({ signal }) => ask(signal) });

/** A change by an administrator; what is on screen is asked for again when it is made. */
export function useChange<Input, Made>(change: (input: Input) => Promise<Made>) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: change,
    // Somebody else was faster: the page shows what stands now.
    onError: async (error) => {
      if (error instanceof ApiProblem && error.status === 412) {
        await queries.invalidateQueries({ queryKey: [key] });
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [key] });
      await queries.invalidateQueries({ queryKey: [statisticsKey] });
    },
  });
}
