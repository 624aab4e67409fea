import { call } from './client';
import { EventStreamReader } from './events';

/** The server speaks every three seconds at least: a stream that is silent for so long is dead, whatever the socket believes. */
export const silenceLimit = 8000;

/** Reads /v1/live until it ends, falls silent or is stopped. */
export async function readStream(
  stopped: AbortSignal,
  lastId: string | undefined,
  heard: { anything: () => void; told: (id: string | undefined, changed: boolean, limits: boolean) => void },
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

    const reader = new EventStreamReader();
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) {
        return;
      }

      window.clearTimeout(alarm);
      alarm = window.setTimeout(() => silence.abort(), silenceLimit);
      heard.anything();
      for (const message of reader.push(value)) {
        // A change without a domain is one of a limit.
        const limits = message.event === 'changed' && message.data.includes('"domains":[]');
        heard.told(message.id, message.event === 'changed' || message.event === 'reset', limits);
      }
    }
  } finally {
    window.clearTimeout(alarm);
  }
}
