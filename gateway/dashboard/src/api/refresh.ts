import { hashKey, type Query, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { gapOf, isQuiet, mayAsk, noteRequest } from './pace';

/** Queries whose key begins with this word show statistics, and are asked again when the server says they moved. */
export const statisticsKey = 'statistics';

// Also without a change: "last 24 hours" moves with the clock.
const askAgainAfter = 30_000;
// The figures that people look at first, and the one that blocks mail.
const important: ReadonlySet<unknown> = new Set(['overview', 'quota']);
const lookEvery = 250;

const asked = new Map<string, number>();
let changedAt = 0;

/** When a question was last put to the server: an answer knows of nothing that happened later. */
export function noteAsked(key: QueryKey): void {
  asked.set(hashKey(key), Date.now());
}

/** When an answer was right. What stands in its place until it comes has no time of its own: that is right now. */
export const asOf = ({ dataUpdatedAt }: { dataUpdatedAt: number }): number => dataUpdatedAt || Date.now();

export const lastChange = (): number => changedAt;

const askedAt = (query: Query): number => asked.get(query.queryHash) ?? query.state.dataUpdatedAt;

/** Whether a part of the page shows all that the server is known to have. */
export const isCurrent = (query: Query): boolean => query.state.status !== 'error' && askedAt(query) >= changedAt && query.state.dataUpdatedAt > 0
  && query.state.fetchStatus === 'idle';

/** Asks again for what has moved, the stalest part first, and never more often than the pace allows. */
export function refreshing(queries: QueryClient): { changed: (limits?: boolean) => void; stop: () => void } {
  const look = (): void => {
    if (document.hidden) {
      return;
    }

    const now = Date.now();
    const active = queries.getQueryCache().findAll({ queryKey: [statisticsKey], type: 'active' });
    const quiet = isQuiet(now);
    const due = active
      .map((query) => ({ query, waited: (now - askedAt(query)) / gapOf(active.length, important.has(query.queryKey[1])) }))
      .filter(
        ({ query, waited }) =>
          query.state.fetchStatus === 'idle' &&
          (waited >= 1 || (quiet && askedAt(query) < changedAt)) &&
          (askedAt(query) < changedAt || now - askedAt(query) > askAgainAfter || (query.state.status === 'error' && waited > 3)),
      )
      .sort((left, right) => right.waited - left.waited);

    for (const { query } of due) {
      if (!mayAsk(now)) {
        return;
      }
      noteRequest(now);
      void queries.refetchQueries({ queryKey: query.queryKey, exact: true });
    }
  };

  const timer = window.setInterval(look, lookEvery);

  return {
    /** `limits`: a limit was changed, which somebody did and waits for. */
    changed: (limits = false) => {
      changedAt = Date.now();
      if (limits) {
        noteRequest();
        void queries.refetchQueries({ queryKey: [statisticsKey, 'quota'], type: 'active' });
      }
      look();
    },
    stop: () => window.clearInterval(timer),
  };
}
