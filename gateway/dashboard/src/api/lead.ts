const renewEvery = 1500;
const leaseHolds = 4000;

/**
 * Runs `work` in one tab at a time: a browser opens six connections to a server, and a stream in each tab would take them all.
 * Another tab goes on when this one stops or is closed.
 */
export async function lead(name: string, stopped: AbortSignal, work: (stopped: AbortSignal) => Promise<void>): Promise<void> {
  try {
    // Only pages from a trustworthy origin have locks.
    if ('locks' in navigator) {
      await navigator.locks.request(name, { signal: stopped }, () => work(stopped));
    } else {
      await byLease(name, stopped, work);
    }
  } catch (error) {
    if (!stopped.aborted) {
      throw error;
    }
  }
}

/** The same by a note in the browser's storage that is renewed while the tab lives. */
async function byLease(name: string, stopped: AbortSignal, work: (stopped: AbortSignal) => Promise<void>): Promise<void> {
  const me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  while (!stopped.aborted && !take(name, me)) {
    await pause(renewEvery, stopped);
  }
  if (stopped.aborted) {
    return;
  }

  const lost = new AbortController();
  const renewal = window.setInterval(() => {
    if (!take(name, me)) {
      lost.abort();
    }
  }, renewEvery);
  try {
    await work(AbortSignal.any([stopped, lost.signal]));
  } finally {
    window.clearInterval(renewal);
    if (holder(name)?.who === me) {
      window.localStorage.removeItem(name);
    }
  }

  if (!stopped.aborted) {
    await byLease(name, stopped, work);
  }
}

function take(name: string, me: string): boolean {
  const held = holder(name);
  if (held !== null && held.who !== me && held.until > Date.now()) {
    return false;
  }
  window.localStorage.setItem(name, JSON.stringify({ who: me, until: Date.now() + leaseHolds }));

  return holder(name)?.who === me;
}

function holder(name: string): { who: string; until: number } | null {
  try {
    return JSON.parse(window.localStorage.getItem(name) ?? 'null') as { who: string; until: number } | null;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

export function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    stopped.addEventListener(
      'abort',
      () => {
        window.clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
