import type { TimelinePoint } from '../api/types';

/** Where the present stands among the points of a chart. */
export type Present = {
  /** The last point that has begun: the running one, or the last one of a period that is over; -1 where none has. */
  last: number;
  /** How much of it has passed, 0 to 1; 1 where it is over. */
  passed: number;
};

/** Points after the present have no numbers yet, whatever they say: they are not drawn. */
export function presentOf(points: readonly TimelinePoint[], end: string, now: number): Present {
  let last = -1;
  while (last + 1 < points.length && Date.parse(points[last + 1]?.start ?? '') <= now) {
    last += 1;
  }

  const from = Date.parse(points[last]?.start ?? '');
  const to = Date.parse(points[last + 1]?.start ?? end);

  return { last, passed: last < 0 ? 0 : Math.min(1, (now - from) / Math.max(1, to - from)) };
}

export const isRunning = (present: Present, index: number): boolean => index === present.last && present.passed < 1;

/** Round steps from zero to at least `most`: 0, 20, 40, 60. */
export function steps(most: number, about: number, smallest: number): number[] {
  const rough = Math.max(smallest, most / about);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(smallest, ([1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough * 0.999) ?? 10) * unit);

  return Array.from({ length: Math.max(1, Math.ceil(most / step - 1e-9)) + 1 }, (_, at) => at * step);
}

/** Hours with fewer recipients say nothing about rates: one bounce of two would be a peak. */
export const fewestForRates = 10;

/** Percent of the recipients, null where there were none. */
export const share = (part: number, recipients: number): number | null => (recipients === 0 ? null : (part / recipients) * 100);

/**
 * The highest rate that the scale must show. Points with hardly any mail say little: one bounce of two recipients would flatten
 * all the others.
 */
export function highestRate(points: readonly TimelinePoint[]): number {
  const most = Math.max(0, ...points.map(({ recipients }) => recipients));
  const telling = points.filter(({ recipients }) => recipients >= Math.max(5, most * 0.05));

  return Math.max(
    1,
    ...(telling.length === 0 ? points : telling).map(({ softBounces, hardBounces, recipients }) =>
      Math.max(share(softBounces, recipients) ?? 0, share(hardBounces, recipients) ?? 0),
    ),
  );
}
