import { useElementSize } from '@mantine/hooks';
import { useState, type PointerEvent } from 'react';
import type { Incident, TimelinePoint } from '../api/types';
import { axisPercent, compact, count, percent } from '../format/numbers';
import { clock } from '../format/times';
import { t } from '../language/language';
import { ChartSlider } from './ChartSlider';
import { marksOf, type ChartMark } from './marks';
import { bars, layers, line } from './paths';
import { PlotTip } from './PlotTip';
import { series, type SeriesKey } from './series';
import { fewestForRates, highestRate, presentOf, share, steps } from './slots';
import { usePrinting } from './usePrinting';

type Props = {
  points: TimelinePoint[];
  /** The end of the last point. */
  end: string;
  view: 'new' | 'cumulative';
  shown: ReadonlySet<SeriesKey>;
  now: number;
  zone: string;
  unit: 'hour' | 'day';
  /** Names a point in full ("Sat, 21 Nov"), and short for the axis ("21 Nov"). */
  name: (point: TimelinePoint) => string;
  shortName: (point: TimelinePoint) => string;
  label: string;
  /** What was open for a while, and its words. */
  incidents?: Incident[];
};

const left = 46;
const volume = { top: 18, height: 176 };
const rates = { top: 232, height: 84 };
const height = 340;
const labelRoom = 76;
// The words at the right end take more room in other languages.
const words = [t('soft {rate}', { rate: percent(88.8) }), t('hard {rate}', { rate: percent(88.8) }), t('now, {time}', { time: '00:00' })];
const beside = Math.max(62, 8 + 5.6 * Math.max(...words.map(({ length }) => length)));
const lane = volume.top + volume.height + 8;
const paperWidth = 690;

/**
 * Recipients over time, stacked by what became of them, and below on its own scale the rates of bounces: a bounce in a hundred is
 * seen as well as one in two. Arrow keys walk along the points, and each is read out with its numbers.
 */
export function Plot({ points, end, view, shown, now, zone, unit, name, shortName, label, incidents = [] }: Props) {
  const { ref, width: measured } = useElementSize();
  const printing = usePrinting();
  const [at, setAt] = useState<{ index: number; x: number; y: number } | null>(null);

  const width = Math.max(280, printing ? paperWidth : measured || 960);
  const right = width < 600 ? 8 : beside;
  const slot = (width - left - right) / Math.max(1, points.length);
  const present = presentOf(points, end, now);
  const begun = points.slice(0, present.last + 1);
  const nowAt = left + (present.last + present.passed) * slot;
  const isNow = present.last < points.length - 1 || present.passed < 1;

  const stacked = series.filter(({ key }) => shown.has(key));
  const tops = begun.map((point) => stacked.reduce((sum, { key }) => sum + point[key], 0));
  const marks = steps(Math.max(1, ...tops), 4, 1);
  const most = marks.at(-1) ?? 1;
  const y = (value: number): number => volume.top + volume.height * (1 - value / most);
  const rateMarks = steps(highestRate(begun), 3, 0.5);
  const highest = rateMarks.at(-1) ?? 1;
  const rateY = (value: number): number => rates.top + rates.height * (1 - Math.min(1, value / highest));
  const middle = (index: number): number =>
    index === present.last && present.passed < 1 ? left + (index + present.passed / 2) * slot : left + (index + 0.5) * slot;

  const index = at === null ? null : Math.min(at.index, points.length - 1);
  const current = index === null ? undefined : points[index];
  const spoken = current ?? points[Math.max(0, present.last)];

  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = width / box.width;
    const x = (event.clientX - box.left) * scale;
    const found = Math.floor((x - left) / slot);
    setAt(found < 0 || found > present.last ? null : { index: found, x, y: (event.clientY - box.top) * scale });
  };

  // Hours of several days are told by their days.
  const byDay = unit === 'hour' && points.length > 48;
  const candidates = points.map((_, place) => place).filter((place) => !byDay || clock(points[place]?.start ?? end, zone) === '00:00');
  const every = Math.max(1, Math.ceil(labelRoom / (slot * (points.length / Math.max(1, candidates.length)))));
  const labels = candidates.filter((_, place) => place % every === 0);
  const xOf = (time: number): number => {
    const place = points.findLastIndex(({ start }) => Date.parse(start) <= time);
    const start = Date.parse(points[Math.max(0, place)]?.start ?? end);
    const until = Date.parse(points[place + 1]?.start ?? end);

    return place < 0 ? left : left + (place + Math.min(1, (time - start) / Math.max(1, until - start))) * slot;
  };
  const lastRates = begun.findLast(({ recipients }) => recipients > 0);

  return (
    <div className="plot">
      <ChartSlider
        ref={ref}
        label={label}
        points={points.length}
        last={present.last}
        index={index}
        spoken={spoken === undefined ? undefined : sentence(spoken, shown, name)}
        walkTo={(to) => setAt({ index: to, x: middle(to), y: volume.top })}
        point={point}
        leave={() => setAt(null)}
      >
        <svg viewBox={`0 0 ${width} ${height}`} width="100%" height={height} aria-hidden="true">
          {isNow ? <rect className="to-come" x={nowAt} y={volume.top - 6} width={Math.max(0, width - right - nowAt)}
            height={rates.top + rates.height - volume.top + 6} /> : null}
          {marksOf(incidents, xOf, now, left, isNow ? nowAt : width - right).map((mark) => (
            <Mark key={mark.incident.id} mark={mark} worded={width >= 600} />
          ))}
          <text className="title" x={left} y={10}>
            {view === 'cumulative' ? t('Recipients, summed up') : unit === 'hour' ? t('Recipients per hour') : t('Recipients per day')}
          </text>
          {marks.map((mark) => (
            <g key={mark}>
              <line className={mark === 0 ? 'base' : 'grid'} x1={left} x2={width - right} y1={y(mark)} y2={y(mark)} />
              <text x={left - 8} y={y(mark) + 4} textAnchor="end">
                {compact(mark)}
              </text>
            </g>
          ))}
          {(view === 'new' ? bars : layers)({ points: begun, stacked, present, left, slot, y }).map(({ className, d }, place) => (
            <path key={place} className={className} d={d} data-drawn={className} />
          ))}
          <text className="title" x={left} y={rates.top - 12}>
            {t('Bounce rate')}
          </text>
          {rateMarks.map((mark) => (
            <g key={mark}>
              <line className={mark === 0 ? 'base' : 'grid'} x1={left} x2={width - right} y1={rateY(mark)} y2={rateY(mark)} />
              <text x={left - 8} y={rateY(mark) + 4} textAnchor="end">
                {axisPercent(mark)}
              </text>
            </g>
          ))}
          {(['softBounces', 'hardBounces'] as const)
            .filter((key) => shown.has(key))
            .map((key) => (
              <g key={key} data-rate={key}>
                <path
                  className={key === 'softBounces' ? 'soft-line' : 'hard-line'}
                  d={line(begun.map((entry, place) => {
                    const value = unit === 'hour' && entry.recipients < fewestForRates ? null : share(entry[key], entry.recipients);

                    return value === null ? null : { x: middle(place), y: rateY(value) };
                  }))}
                />
                {right > 20 && lastRates !== undefined ? (
                  <text className="key" x={(isNow ? nowAt : width - right) + 6} y={rates.top + (key === 'softBounces' ? 60 : 76)}>
                    {key === 'softBounces'
                      ? t('soft {rate}', { rate: axisPercent(share(lastRates.softBounces, lastRates.recipients) ?? 0) })
                      : t('hard {rate}', { rate: axisPercent(share(lastRates.hardBounces, lastRates.recipients) ?? 0) })}
                  </text>
                ) : null}
              </g>
            ))}
          {labels.map((place) => (
            <text key={place} x={left + place * slot + (unit === 'day' ? slot / 2 : 0)} y={height - 6} textAnchor={unit === 'day' ? 'middle' : 'start'}>
              {points[place] === undefined ? '' : shortName(points[place])}
            </text>
          ))}
          {isNow && present.last >= 0 ? (
            <g>
              <line className="now" x1={nowAt} x2={nowAt} y1={volume.top - 6} y2={rates.top + rates.height} />
              <text className="key" x={nowAt + (nowAt > width - 70 ? -4 : 4)} y={volume.top + 4} textAnchor={nowAt > width - 70 ? 'end' : 'start'}>
                {t('now, {time}', { time: clock(now, zone) })}
              </text>
            </g>
          ) : null}
          {index === null ? null : (
            <line className="cursor" x1={middle(index)} x2={middle(index)} y1={volume.top} y2={rates.top + rates.height} />
          )}
        </svg>
      </ChartSlider>
      {current === undefined || at === null ? null : (
        <PlotTip point={current} title={name(current)} shown={shown} x={at.x} y={at.y} width={width} running={index === present.last && present.passed < 1} />
      )}
    </div>
  );
}

// Between the plots, which both show it: when it began is told by the list below, for those who do not see.
const Mark = ({ mark: { incident, from, to, text, anchor }, worded }: { mark: ChartMark; worded: boolean }) => (
  <g>
    <rect
      className="span"
      data-open={incident.closedAt ? undefined : true}
      x={from}
      y={volume.top - 6}
      width={to - from}
      height={rates.top + rates.height - volume.top + 6}
    />
    <line className="lane" data-open={incident.closedAt ? undefined : true} x1={from} x2={to} y1={lane} y2={lane} />
    {worded && anchor !== null ? (
      <text x={anchor === 'end' ? from - 6 : to + 6} y={lane + 4} textAnchor={anchor}>
        {text}
      </text>
    ) : null}
  </g>
);

const sentence = (point: TimelinePoint, shown: ReadonlySet<SeriesKey>, name: Props['name']): string =>
  `${name(point)}: ${[
    t('{n} recipients', { n: count(point.recipients) }),
    ...series.filter(({ key }) => shown.has(key)).map(({ key, said }) => `${count(point[key])} ${said}`),
  ].join(', ')}`;
