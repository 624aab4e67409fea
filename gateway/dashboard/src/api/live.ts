import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { currentKey } from '../session/session';
import { lead } from './lead';
import { ApiProblem } from './problem';
import { refreshing } from './refresh';
import { readStream, silenceLimit } from './stream';

export { statisticsKey } from './refresh';

export type Connection =
  | { state: 'connecting' }
  | { state: 'open' }
  | { state: 'lost'; since: number; nextTry: number };

/** What the tab with the stream tells the others; `id` is how far it has heard the server. */
type News =
  | { kind: 'hello' }
  | { kind: 'connection'; connection: Connection; id?: string | undefined }
  | { kind: 'heard'; changed: boolean; limits?: boolean; id?: string | undefined };

const waits = [300, 1000, 2000, 5000, 10_000];

let connection: Connection = { state: 'connecting' };
let heardAt = 0;
/** How far the stream of a key was heard, by whichever tab: who takes it over asks for what came since. */
let heardUpTo: { stream: string; id: string } | null = null;
const listeners = new Set<() => void>();

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);

      return () => listeners.delete(listener);
    },
    () => connection,
  );
}

/** When the server last said anything, be it that nothing has changed. */
export const lastHeard = (): number => heardAt;

let retryNow: () => void = () => undefined;

/** Does not wait for the next try. */
export const reconnect = (): void => retryNow();

/**
 * Listens to what the server says has changed, and refreshes what is on screen. One tab holds the stream for all of the same
 * key; a tab that nobody looks at neither holds it nor asks for anything.
 */
export function listen(queries: QueryClient): () => void {
  const refresh = refreshing(queries);
  let stop: AbortController | null = null;

  const begin = (): void => {
    if (stop === null && !document.hidden) {
      stop = new AbortController();
      follow(refresh, stop.signal);
    }
  };
  const end = (): void => {
    stop?.abort();
    stop = null;
  };
  const look = (): void => {
    if (document.hidden) {
      end();
    } else {
      begin();
      // What moved while nobody looked is unknown.
      refresh.changed();
    }
  };
  const hurry = (): void => retryNow();
  // Without a network a server on this very machine still answers: whether ours does is tried at once.
  const doubt = (): void => {
    end();
    begin();
  };

  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', hurry);
  window.addEventListener('offline', doubt);
  begin();

  return () => {
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('online', hurry);
    window.removeEventListener('offline', doubt);
    end();
    refresh.stop();
    announce({ state: 'connecting' });
  };
}

function follow(refresh: { changed: (limits?: boolean) => void }, stopped: AbortSignal): void {
  const name = `mailstats.live.${fingerprint(currentKey() ?? '')}`;
  const channel = new BroadcastChannel(name);
  let leading = false;
  heardAt = Date.now();

  channel.onmessage = ({ data }: MessageEvent<News>): void => {
    if (data.kind === 'hello') {
      if (leading) {
        tell({ kind: 'connection', connection, id: idOf(name) });
      }
    } else if (!leading) {
      take(data);
    }
  };

  const take = (news: News): void => {
    if (news.kind !== 'hello' && news.id !== undefined) {
      heardUpTo = { stream: name, id: news.id };
    }
    if (news.kind === 'heard') {
      heardAt = Date.now();
      if (connection.state !== 'open') {
        announce({ state: 'open' });
      }
      if (news.changed) {
        refresh.changed(news.limits);
      }
    } else if (news.kind === 'connection') {
      if (news.connection.state === 'open') {
        heardAt = Date.now();
      }
      announce(news.connection);
    }
  };
  const tell = (news: News): void => channel.postMessage(news);
  const both = (news: News): void => {
    take(news);
    tell(news);
  };

  // A tab that holds the stream and hangs must not leave the others under a green "Live".
  const watch = window.setInterval(() => {
    if (!leading && connection.state === 'open' && Date.now() - heardAt > silenceLimit) {
      announce({ state: 'lost', since: Date.now(), nextTry: Date.now() });
    }
  }, 1000);
  stopped.addEventListener('abort', () => {
    window.clearInterval(watch);
    channel.close();
  });

  tell({ kind: 'hello' });
  void lead(name, stopped, async (held) => {
    leading = true;
    await keepStream(both, () => idOf(name), held);
    leading = false;
  });
}

const idOf = (stream: string): string | undefined => (heardUpTo?.stream === stream ? heardUpTo.id : undefined);

async function keepStream(tell: (news: News) => void, lastId: () => string | undefined, stopped: AbortSignal): Promise<void> {
  let failures = 0;

  while (!stopped.aborted) {
    try {
      await readStream(stopped, lastId(), {
        anything: () => {
          // What moved while nobody listened is unknown: everything is asked for once.
          tell({ kind: 'heard', changed: failures > 0 });
          failures = 0;
        },
        told: (id, changed, limits) => tell({ kind: 'heard', changed, limits, id }),
      });
    } catch (error) {
      if (stopped.aborted || (error instanceof ApiProblem && error.status === 401)) {
        return;
      }
    }
    if (stopped.aborted) {
      return;
    }

    failures += 1;
    const wait = waits[Math.min(failures, waits.length) - 1] ?? 1000;
    const since = connection.state === 'lost' ? connection.since : Date.now();
    tell({ kind: 'connection', connection: { state: 'lost', since, nextTry: Date.now() + wait } });
    await pauseUntilHurried(wait, stopped);
  }
}

function pauseUntilHurried(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    retryNow = () => {
      window.clearTimeout(timer);
      resolve();
    };
    stopped.addEventListener('abort', retryNow, { once: true });
  });
}

/** Tells tabs of one key from those of another without showing the key (FNV-1a). */
function fingerprint(key: string): string {
  let hash = 0x811c9dc5;
  for (const letter of key) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }

  return (hash >>> 0).toString(36);
}

function announce(next: Connection): void {
  connection = next;
  listeners.forEach((listener) => listener());
}
