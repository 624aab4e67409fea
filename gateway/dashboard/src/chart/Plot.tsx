import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import type { TimelinePoint } from '../api/types';
import { compact, count } from '../format/numbers';
import { series, type SeriesKey } from './series';

type Props = {
  points: TimelinePoint[];
  shown: ReadonlySet<SeriesKey>;
  height: number;
  /** Names a point in full ("Sat, 21 Nov 2026"), and short for the axis ("21 Nov"). */
  name: (point: TimelinePoint) => string;
  shortName: (point: TimelinePoint) => string;
  label: string;
};

const labelRoom = 78;

/** Lines over time. Arrow keys walk along the points, and each is read out with its numbers. */
export function Plot({ points, shown, height, name, shortName, label }: Props) {
  const scheme = useComputedColorScheme('light');
  const { ref: frame, width } = useElementSize();
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [index, setIndex] = useState<number | null>(null);
  const texts = useRef({ points, shortName });
  texts.current = { points, shortName };

  // A new plot for a new look; new numbers go into the plot that stands.
  useEffect(() => {
    const place = canvas.current;
    if (place === null || width === 0) {
      return;
    }

    const made = new uPlot(options(width, height, texts, setIndex), dataOf(texts.current.points), place);
    plot.current = made;

    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [width, height, scheme]);

  useEffect(() => {
    plot.current?.setData(dataOf(points));
    setIndex((current) => (current === null || current < points.length ? current : null));
  }, [points, width, scheme]);

  useEffect(() => {
    const made = plot.current;
    if (made !== null) {
      made.batch(() => series.forEach(({ key }, at) => made.setSeries(at + 1, { show: shown.has(key) })));
    }
  }, [shown, width, scheme, points]);

  const at = index === null ? undefined : points[index];
  const current = at ?? points.at(-1);

  const walk = (event: KeyboardEvent): void => {
    const last = points.length - 1;
    const here = index ?? last;
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      show(Math.min(last, Math.max(0, next)));
    } else if (event.key === 'Escape') {
      setIndex(null);
    }
  };

  const show = (next: number): void => {
    const made = plot.current;
    if (made !== null) {
      made.setCursor({ left: made.valToPos(next, 'x'), top: 10 });
      setIndex(next);
    }
  };

  return (
    <div ref={frame} className="plot" style={{ height }}>
      <div
        ref={canvas}
        className="plot-canvas"
        role="slider"
        tabIndex={0}
        aria-label={`${label}. Left and right arrow keys move along the time.`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, points.length - 1)}
        aria-valuenow={index ?? Math.max(0, points.length - 1)}
        aria-valuetext={current === undefined ? 'No data' : sentence(current, shown, name)}
        onKeyDown={walk}
        onBlur={() => setIndex(null)}
      />
      {at === undefined || index === null ? null : (
        <div className="plot-tip" data-side={index > points.length / 2 ? 'left' : 'right'} aria-hidden="true">
          <b>{name(at)}</b>
          {series
            .filter(({ key }) => shown.has(key))
            .map(({ key, label: text }) => (
              <span key={key} data-series={key}>
                <i />
                {text}
                <b>{count(at[key])}</b>
              </span>
            ))}
        </div>
      )}
    </div>
  );
}

const dataOf = (points: TimelinePoint[]): uPlot.AlignedData => [
  points.map((_, index) => index),
  ...series.map(({ key }) => points.map((point) => point[key])),
];

const sentence = (point: TimelinePoint, shown: ReadonlySet<SeriesKey>, name: Props['name']): string =>
  `${name(point)}: ${series
    .filter(({ key }) => shown.has(key))
    .map(({ key, label }) => `${count(point[key])} ${label.toLowerCase()}`)
    .join(', ')}`;

function options(
  width: number,
  height: number,
  texts: { current: { points: TimelinePoint[]; shortName: Props['shortName'] } },
  hovered: (index: number | null) => void,
): uPlot.Options {
  const color = (variable: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
  const axis = { stroke: color('--chart-text'), font: '12px system-ui, sans-serif' };
  const grid = { stroke: color('--chart-grid'), width: 1 };

  return {
    width,
    height,
    legend: { show: false },
    padding: [12, 28, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: {
      // Points stand evenly whatever the clock does: a day of 23 or 25 hours is a day.
      x: { time: false, range: (_, min, max) => (min === max ? [min - 1, max + 1] : [min, max]) },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { ...grid, size: 4 },
        size: 30,
        splits: (plot) => {
          const total = texts.current.points.length;
          const step = Math.max(1, Math.ceil((total * labelRoom) / Math.max(1, plot.bbox.width / devicePixelRatio)));

          return Array.from({ length: Math.ceil(total / step) }, (_, at) => at * step);
        },
        values: (_, splits) =>
          splits.map((at) => {
            const point = texts.current.points[at];

            return point === undefined ? '' : texts.current.shortName(point);
          }),
      },
      { ...axis, grid, ticks: { show: false }, size: 52, values: (_, splits) => splits.map((at) => (Number.isInteger(at) ? compact(at) : '')) },
    ],
    series: [
      {},
      ...series.map(({ label, color: variable, dash }, at): uPlot.Series => {
        const stroke = color(variable);

        return {
          label,
          stroke,
          width: 2,
          dash: [...dash],
          points: { show: texts.current.points.length <= 40, size: 5, fill: stroke },
          ...(at === 0 ? { fill: color('--series-recipients-area') } : {}),
        };
      }),
    ],
    hooks: { setCursor: [(plot) => hovered(plot.cursor.idx ?? null)] },
  };
}
