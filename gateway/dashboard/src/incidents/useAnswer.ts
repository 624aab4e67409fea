import { useMutation, useQueryClient } from '@tanstack/react-query';
import { statisticsKey } from '../api/refresh';

/** What a person says to incidents; what is on screen of them is asked for again. */
export function useAnswer<Input>(give: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();

  return useMutation({
    mutationFn: give,
    onSuccess: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === statisticsKey && ['incident', 'incidents', 'mutes'].includes(String(queryKey[1])),
      }),
  });
}
