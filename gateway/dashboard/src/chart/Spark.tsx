import type { TimelinePoint } from '../api/types';
import { line } from './paths';
import { presentOf, share } from './slots';

type Figure = 'recipients' | 'deliveryRate' | 'softBounceRate' | 'hardBounceRate';

const width = 92;
const height = 24;

const valueOf: Record<Figure, (point: TimelinePoint) => number | null> = {
  recipients: (point) => point.recipients,
  deliveryRate: (point) => share(point.delivered, point.recipients),
  softBounceRate: (point) => share(point.softBounces, point.recipients),
  hardBounceRate: (point) => share(point.hardBounces, point.recipients),
};

/** The course of a figure, without scale: the chart below has one. */
export function Spark({ figure, points, end, now }: { figure: Figure; points: TimelinePoint[]; end: string; now: number }) {
  // The running hour or day is not comparable with whole ones.
  const present = presentOf(points, end, now);
  const values = points.slice(0, present.passed < 1 ? Math.max(0, present.last) : present.last + 1).map(valueOf[figure]);
  const known = values.filter((value) => value !== null);
  if (known.length < 3) {
    return null;
  }

  const low = Math.min(...known);
  const high = Math.max(...known, low + 1e-9);
  const places = values.map((value, index) =>
    value === null ? null : { x: (index / Math.max(1, values.length - 1)) * width, y: height - 2 - ((value - low) / (high - low)) * (height - 4) },
  );

  return (
    <svg className="spark" data-series={figure} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={line(places)} />
    </svg>
  );
}
