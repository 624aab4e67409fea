import { useElementSize } from '@mantine/hooks';
import { useState, type PointerEvent, type ReactNode } from 'react';
import { axisPercent, compact, count } from '../format/numbers';
import { clock, shortDay } from '../format/times';
import { ChartSlider } from './ChartSlider';
import { line } from './paths';
import { steps } from './slots';
import { usePrinting } from './usePrinting';

export type Part<Point> = { className: string; of: (point: Point) => number | null };

/** One plot above another: they share the time, never the scale. */
export type Lane<Point> = {
  title: string;
  height: number;
  /** The scale is percent, up to the highest rate, at most 100. */
  percent?: boolean;
  lines?: Part<Point>[];
  bars?: Part<Point>[];
  /** What is usual: a band from zero up to it. */
  usual?: number;
};

/** Something that was the case for a while. */
export type Span = { from: number; to: number | null; open?: boolean };

type Props<Point> = {
  label: string;
  points: Point[];
  /** The end of the last point. */
  end: number;
  lanes: Lane<Point>[];
  zone: string;
  now: number;
  spans?: Span[];
  /** A moment with its words. */
  moment?: { at: number; title: string; text: string };
  /** Names a point in full. */
  name: (point: Point) => string;
  /** The numbers of a point, for the pointer and for those who listen. */
  figures: (point: Point) => { label: string; value: string; series?: string }[];
};

const left = 46;
const laneGap = 42;
const top = 18;
const foot = 26;
const paperWidth = 690;
const hour = 3_600_000;
const tipWidth = 244;

/** Courses over time, each lane with its own scale. Arrow keys walk along the points, and each is read out with its numbers. */
export function Course<Point extends { start: number }>({ label, points, end, lanes, zone, now, spans = [], moment, name, figures }: Props<Point>) {
  const { ref, width: measured } = useElementSize();
  const printing = usePrinting();
  const [at, setAt] = useState<{ index: number; y: number } | null>(null);

  const width = Math.max(280, printing ? paperWidth : measured || 960);
  const right = width < 600 ? 8 : 44;
  const from = points[0]?.start ?? end - hour;
  const x = (time: number): number => left + ((Math.min(end, Math.max(from, time)) - from) / Math.max(1, end - from)) * (width - left - right);
  const endOf = (index: number): number => points[index + 1]?.start ?? end;
  const last = points.findLastIndex(({ start }) => start <= now);
  const middle = (index: number): number => (x(points[index]?.start ?? from) + x(Math.min(endOf(index), Math.max(now, points[index]?.start ?? from)))) / 2;
  const bottom = top + lanes.reduce((sum, { height }) => sum + height, 0) + laneGap * (lanes.length - 1);
  const begun = points.slice(0, last + 1);

  const index = at === null ? null : Math.min(at.index, last);
  const current = index === null ? undefined : points[index];
  const spoken = current ?? points[Math.max(0, last)];

  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = from + (((event.clientX - box.left) * (width / box.width) - left) / (width - left - right)) * (end - from);
    const found = points.findLastIndex(({ start }) => start <= time);
    setAt(time < from || time > end || found < 0 || found > last ? null : { index: found, y: event.clientY - box.top });
  };

  const marks = ticks(from, end, zone, Math.max(2, Math.floor((width - left) / 84)));
  let lower = top;

  return (
    <div className="plot">
      <ChartSlider
        ref={ref}
        label={label}
        points={points.length}
        last={last}
        index={index}
        spoken={spoken === undefined ? undefined : `${name(spoken)}: ${figures(spoken).map((part) => `${part.label} ${part.value}`).join(', ')}`}
        walkTo={(to) => setAt({ index: to, y: top })}
        point={point}
        leave={() => setAt(null)}
      >
        <svg viewBox={`0 0 ${width} ${bottom + foot}`} width="100%" height={bottom + foot} aria-hidden="true">
          {now < end ? <rect className="to-come" x={x(now)} y={top - 4} width={x(end) - x(now)} height={bottom - top + 4} /> : null}
          {spans.map((span) => (
            <rect
              key={`${span.from} ${span.to}`}
              className="span"
              data-open={span.open || undefined}
              x={x(span.from)}
              y={top - 4}
              width={Math.max(2, x(span.to ?? now) - x(span.from))}
              height={bottom - top + 4}
            />
          ))}
          {lanes.map((lane) => {
            const upper = lower;
            lower += lane.height + laneGap;

            return (
              <LaneDrawing
                key={lane.title}
                lane={lane}
                points={begun}
                upper={upper}
                middle={middle}
                x={x}
                endOf={endOf}
                right={width - right}
                now={now}
              />
            );
          })}
          {marks.map(({ time, text }) => (
            <text key={time} x={x(time)} y={bottom + 18} textAnchor={x(time) > width - 30 ? 'end' : 'start'}>
              {text}
            </text>
          ))}
          {moment === undefined || moment.at < from ? null : (
            <g>
              <line className="moment" x1={x(moment.at)} x2={x(moment.at)} y1={top - 4} y2={bottom} />
              <text className="key" x={x(moment.at) + beside(x(moment.at), 6)} y={top + 10} textAnchor={anchor(x(moment.at))}>
                {moment.title}
              </text>
              <text x={x(moment.at) + beside(x(moment.at), 6)} y={top + 26} textAnchor={anchor(x(moment.at))}>
                {moment.text}
              </text>
            </g>
          )}
          {now < end ? <line className="now" x1={x(now)} x2={x(now)} y1={top - 4} y2={bottom} /> : null}
          {index === null ? null : <line className="cursor" x1={middle(index)} x2={middle(index)} y1={top} y2={bottom} />}
        </svg>
      </ChartSlider>
      {current === undefined || at === null || index === null ? null : (
        <Tip x={middle(index)} y={at.y} width={width} title={name(current)}>
          {figures(current).map((part) => (
            <tr key={part.label}>
              <td>
                {part.series === undefined ? null : <span className="swatch" data-series={part.series} />}
                {part.label}
              </td>
              <td>{part.value}</td>
            </tr>
          ))}
        </Tip>
      )}
    </div>
  );
}

// Words stand at the side of a moment where there is room for them.
const anchor = (place: number): 'start' | 'end' => (place < 200 ? 'start' : 'end');
const beside = (place: number, apart: number): number => (place < 200 ? apart : -apart);

function LaneDrawing<Point extends { start: number }>({ lane, points, upper, middle, x, endOf, right, now }: {
  lane: Lane<Point>;
  points: Point[];
  upper: number;
  middle: (index: number) => number;
  x: (time: number) => number;
  endOf: (index: number) => number;
  right: number;
  now: number;
}) {
  const { lines = [], bars = [], percent = false, height, usual } = lane;
  const tops = points.map((point) =>
    Math.max(bars.reduce((sum, { of }) => sum + (of(point) ?? 0), 0), ...lines.map(({ of }) => of(point) ?? 0)),
  );
  const highest = Math.max(percent ? 2 : 1, usual ?? 0, ...tops);
  const marks = percent ? steps(Math.min(100, highest), 3, 0.5) : steps(highest, 3, 1);
  const most = percent ? Math.min(100, marks.at(-1) ?? 100) : (marks.at(-1) ?? 1);
  const y = (value: number): number => upper + height * (1 - Math.min(1, value / most));

  return (
    <g>
      <text className="title" x={left} y={upper - 8}>
        {lane.title}
      </text>
      {marks.filter((mark) => mark <= most).map((mark) => (
        <g key={mark}>
          <line className={mark === 0 ? 'base' : 'grid'} x1={left} x2={right} y1={y(mark)} y2={y(mark)} />
          <text x={left - 8} y={y(mark) + 4} textAnchor="end">
            {percent ? axisPercent(mark) : compact(mark)}
          </text>
        </g>
      ))}
      {usual === undefined ? null : <rect className="usual" x={left} width={right - left} y={y(usual) - 1} height={Math.max(2, y(0) - y(usual) + 1)} />}
      {stack(points, bars, { x, y, endOf, now }).map(({ className, d }) => (
        <path key={className} className={className} d={d} data-drawn={className} />
      ))}
      {lines.map(({ className, of }) => (
        <path
          key={className}
          className={className}
          data-drawn={className}
          d={line(points.map((point, index) => {
            const value = of(point);

            return value === null ? null : { x: middle(index), y: y(value) };
          }))}
        />
      ))}
    </g>
  );
}

/** Bars on top of each other; the running one is as wide as time has passed of it. */
function stack<Point extends { start: number }>(
  points: Point[],
  bars: Part<Point>[],
  { x, y, endOf, now }: { x: (time: number) => number; y: (value: number) => number; endOf: (index: number) => number; now: number },
): { className: string; d: string }[] {
  const bottoms = points.map(() => 0);

  return bars.map(({ className, of }) => ({
    className,
    d: points
      .map((point, index) => {
        const value = of(point) ?? 0;
        const below = bottoms[index] ?? 0;
        bottoms[index] = below + value;
        if (value === 0) {
          return '';
        }
        const slot = x(Math.min(now, endOf(index))) - x(point.start);
        const wide = Math.max(1, slot - Math.min(3, slot * 0.2));

        return `M${x(point.start).toFixed(1)} ${y(below + value).toFixed(1)}h${wide.toFixed(1)}V${y(below).toFixed(1)}h${(-wide).toFixed(1)}z`;
      })
      .join(''),
  }));
}

const Tip = ({ x, y, width, title, children }: { x: number; y: number; width: number; title: string; children: ReactNode }) => (
  <div
    className="plot-tip"
    aria-hidden="true"
    style={{ transform: `translate(${Math.max(0, x + 14 + tipWidth > width ? x - 14 - tipWidth : x + 14)}px, ${Math.max(0, Math.min(160, y - 40))}px)` }}
  >
    <b>{title}</b>
    <table>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** Whole hours or days between two times, at most so many, each with its words. */
export function ticks(from: number, end: number, zone: string, most: number): { time: number; text: string }[] {
  const spans = [0.25, 0.5, 1, 2, 3, 6, 12].map((hours) => hours * hour);
  const span = spans.find((length) => (end - from) / length <= most);
  const grid = span ?? hour;
  // Half hours are whole in some zones, so the first whole hour is looked for by the clock of the zone.
  const times = Array.from({ length: Math.min(5000, Math.ceil((end - from) / Math.min(grid, hour))) }, (_, at) => from + at * Math.min(grid, hour));
  if (span !== undefined && end - from <= 36 * hour) {
    const every = span / hour;

    return times
      .map((time) => ({ time, text: clock(time, zone) }))
      .filter(({ text }) => (every < 1 ? true : text.endsWith('00') && Number.parseInt(text, 10) % every === 0));
  }

  const days = times.filter((time, index) =>
    index === 0 ? clock(time, zone) === '00:00' : shortDay(time, zone) !== shortDay(times[index - 1] ?? time, zone));
  const step = Math.max(1, Math.ceil(days.length / most));

  return days.filter((_, index) => index % step === 0).map((time) => ({ time, text: shortDay(time, zone) }));
}

export const figure = (label: string, value: number, series?: string): { label: string; value: string; series?: string } => ({
  label, value: count(value), ...(series === undefined ? {} : { series }),
});
