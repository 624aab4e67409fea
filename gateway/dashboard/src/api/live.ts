import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { call } from './client';
import { EventStreamReader } from './events';
import { ApiProblem } from './problem';

export type Connection =
  | { state: 'connecting' }
  | { state: 'open' }
  | { state: 'lost'; since: number; nextTry: number };

/** Queries whose key begins with this word show statistics, and are asked again when the server says they moved. */
export const statisticsKey = 'statistics';

// Under a steady stream of changes the page asks again this often, not for every change.
const refreshEvery = 1000;
// The server's heart beats every ten seconds: a stream that is silent for so long is dead, whatever the socket believes.
const silenceLimit = 30_000;
const waits = [1000, 2000, 5000, 10_000, 20_000];

let connection: Connection = { state: 'connecting' };
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

let retryNow: () => void = () => undefined;

/** Does not wait for the next try. */
export const reconnect = (): void => retryNow();

/** Listens to /v1/live until stopped, and refreshes what is on screen when its numbers moved. */
export function listen(queries: QueryClient): () => void {
  const stop = new AbortController();
  let lastId: string | undefined;
  let failures = 0;

  const refresh = throttled(refreshEvery, () => {
    void queries.invalidateQueries({ queryKey: [statisticsKey] });
  });

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await readStream(stop.signal, lastId, {
          opened: () => {
            // What moved while nobody listened is unknown: ask for everything once.
            if (failures > 0) {
              refresh();
            }
            failures = 0;
            announce({ state: 'open' });
          },
          changed: (id) => {
            lastId = id ?? lastId;
            refresh();
          },
        });
      } catch (error) {
        if (stop.signal.aborted || (error instanceof ApiProblem && error.status === 401)) {
          return;
        }
      }

      failures += 1;
      const wait = waits[Math.min(failures, waits.length) - 1] ?? refreshEvery;
      const since = connection.state === 'lost' ? connection.since : Date.now();
      announce({ state: 'lost', since, nextTry: Date.now() + wait });
      await pause(wait, stop.signal);
    }
  };

  const hurry = (): void => retryNow();
  window.addEventListener('online', hurry);
  void run();

  return () => {
    window.removeEventListener('online', hurry);
    stop.abort();
    announce({ state: 'connecting' });
  };
}

async function readStream(
  stopped: AbortSignal,
  lastId: string | undefined,
  seen: { opened: () => void; changed: (id: string | undefined) => void },
): Promise<void> {
  const silence = new AbortController();
  let alarm = window.setTimeout(() => silence.abort(), silenceLimit);

  try {
    const response = await call('/v1/live', {
      headers: { Accept: 'text/event-stream', ...(lastId ? { 'Last-Event-ID': lastId } : {}) },
      signal: AbortSignal.any([stopped, silence.signal]),
      cache: 'no-store',
    });
    if (response.body === null) {
      return;
    }

    seen.opened();
    const reader = new EventStreamReader();
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) {
        return;
      }

      window.clearTimeout(alarm);
      alarm = window.setTimeout(() => silence.abort(), silenceLimit);
      for (const message of reader.push(value)) {
        if (message.event === 'changed' || message.event === 'reset') {
          seen.changed(message.id);
        }
      }
    }
  } finally {
    window.clearTimeout(alarm);
  }
}

function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    retryNow = () => {
      window.clearTimeout(timer);
      resolve();
    };
    stopped.addEventListener('abort', retryNow, { once: true });
  });
}

/** Runs at once, then at most once per interval; a call in between is made up for at its end. */
export function throttled(interval: number, action: () => void): () => void {
  let waiting = false;
  let missed = false;

  const fire = (): void => {
    action();
    waiting = true;
    window.setTimeout(() => {
      waiting = false;
      if (missed) {
        missed = false;
        fire();
      }
    }, interval);
  };

  return () => {
    if (waiting) {
      missed = true;
    } else {
      fire();
    }
  };
}

function announce(next: Connection): void {
  connection = next;
  listeners.forEach((listener) => listener());
}
