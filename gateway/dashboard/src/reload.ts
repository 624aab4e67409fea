const reloadedAt = 'mailstats.reloadedAt';
const lookEvery = 2_000;

/** A part that is still missing so soon after a reload is not mended by another one, in milliseconds. */
export const notTwiceWithin = 30_000;

// Each browser has its own words for it.
const unloadable = /dynamically imported module|importing a module script|Unable to preload|Failed to fetch|NetworkError|Load failed/i;

/** A part of the program that could not be loaded: a new version was installed meanwhile, or the server or the network is away. */
export const isMissingPart = (error: unknown): boolean => error instanceof Error && unloadable.test(error.message);

export const wasJustReloaded = (): boolean => Date.now() - Number(window.sessionStorage.getItem(reloadedAt) ?? 0) < notTwiceWithin;

/**
 * Loads the page again as soon as the server answers: without it, a reload would end at the browser's own error, which nothing
 * mends. What it returns gives up.
 */
export function reloadWhenAnswered(): () => void {
  let nextLook: number | undefined;
  let givenUp = false;

  const look = async (): Promise<void> => {
    const answers = await serverAnswers();
    if (givenUp) {
      return;
    }
    if (answers) {
      window.sessionStorage.setItem(reloadedAt, String(Date.now()));
      window.location.reload();
    } else {
      nextLook = window.setTimeout(() => void look(), lookEvery);
    }
  };
  void look();

  return () => {
    givenUp = true;
    window.clearTimeout(nextLook);
  };
}

async function serverAnswers(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch (error) {
    if (error instanceof TypeError) {
      return false;
    }
    throw error;
  }
}
