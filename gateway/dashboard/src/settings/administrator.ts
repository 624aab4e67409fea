import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { statisticsKey } from '../api/refresh';

const key = 'administration';

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
