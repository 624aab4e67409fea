import type { TimelinePoint } from '../api/types';
import type { series, SeriesKey } from './series';
import { isRunning, type Present } from './slots';

type Drawing = {
  /** Those that have begun. */
  points: readonly TimelinePoint[];
  stacked: readonly (typeof series)[number][];
  present: Present;
  left: number;
  slot: number;
  y: (value: number) => number;
};

export type Drawn = { className: string; d: string };

const classes: Record<SeriesKey, string> = { delivered: 'delivered', pending: 'pending', softBounces: 'soft', hardBounces: 'hard' };

// A bounce in ten thousand is seen: no part that is there is thinner than this.
const thinnest = 1;

/** Bars on top of each other; the running one is as wide as time has passed of it, and hatched. */
export function bars({ points, stacked, present, left, slot, y }: Drawing): Drawn[] {
  const gap = Math.min(4, slot * 0.2);
  const paths = new Map<string, string[]>();
  const add = (name: string, text: string): void => {
    paths.set(name, [...(paths.get(name) ?? []), text]);
  };

  points.forEach((point, index) => {
    const running = isRunning(present, index);
    const x = left + index * slot + gap / 2;
    const width = Math.max(1, (running ? slot * present.passed : slot) - gap);
    let bottom = y(0);
    let sum = 0;
    for (const { key } of stacked) {
      if (point[key] === 0) {
        continue;
      }
      sum += point[key];
      const top = Math.min(bottom - thinnest, y(sum));
      add(running && key === 'delivered' ? 'running' : classes[key],
        `M${x.toFixed(1)} ${top.toFixed(1)}h${width.toFixed(1)}V${bottom.toFixed(1)}h${(-width).toFixed(1)}z`);
      bottom = top;
    }
  });

  return [...paths].map(([className, parts]) => ({ className, d: parts.join('') }));
}

/** Areas on top of each other that end now. */
export function layers({ points, stacked, present, left, slot, y }: Drawing): Drawn[] {
  const places = [left, ...points.map((_, index) => left + (index === present.last ? index + present.passed : index + 1) * slot)];
  const under = points.map(() => 0);

  return stacked.map(({ key }) => {
    const lower = [...under];
    points.forEach((point, index) => {
      under[index] = (under[index] ?? 0) + point[key];
    });
    const edge = (values: readonly number[]): string[] =>
      [0, ...values].map((value, index) => `${(places[index] ?? left).toFixed(1)} ${y(value).toFixed(1)}`);

    return { className: classes[key], d: `M${edge(under).join('L')}L${edge(lower).reverse().join('L')}z` };
  });
}

/** A line through what is known; where nothing is known it has a gap. */
export function line(places: readonly ({ x: number; y: number } | null)[]): string {
  let down = false;

  return places
    .map((place, index) => {
      if (place === null) {
        down = false;

        return '';
      }
      const alone = !down && (places[index + 1] ?? null) === null;
      const text = `${down ? 'L' : 'M'}${place.x.toFixed(1)} ${place.y.toFixed(1)}${alone ? 'h.1' : ''}`;
      down = true;

      return text;
    })
    .join('');
}
