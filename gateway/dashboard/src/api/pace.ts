/** An open page asks at most so often by itself in so many milliseconds; with its live stream that makes ten. */
export const span = 10_000;
export const mostRequests = 9;

// One more than is counted: older ones no longer matter.
const requests: number[] = [];

/** What the page asked for by itself, not what somebody clicked. */
export function noteRequest(now: number = Date.now()): void {
  requests.push(now);
  if (requests.length > mostRequests) {
    requests.shift();
  }
}

/** Whether the page may ask for something by itself. */
export const mayAsk = (now: number = Date.now()): boolean => requests.length < mostRequests || (requests[0] ?? 0) <= now - span;

/** How long a part of the page stays as it is when everything moves all the time: the more parts, the longer. */
export const gapOf = (parts: number, important: boolean): number => Math.max(1000, parts * (important ? 800 : 1500));

/** Nothing was asked for lately: a change after a quiet time shows at once, everywhere. */
export const isQuiet = (now: number = Date.now()): boolean => requests.length === 0 || (requests.at(-1) ?? 0) <= now - span;
