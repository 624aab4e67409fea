import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { incidentsOfQuery, timelineQuery, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { TimelinePoint } from '../api/types';
import { count } from '../format/numbers';
import * as times from '../format/times';
import { ChartIncidents } from '../incidents/ChartIncidents';
import { t } from '../language/language';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { Empty, Failed, Panel, Placeholder } from '../shell/states';
import { Plot } from './Plot';
import { series, type SeriesKey } from './series';
import { useChartChoices } from './useChartChoices';

// The plot and its legend, in pixels: nothing jumps when they come.
const height = 384;
// More would lie on top of each other: the page of incidents lists them all.
const mostMarked = 8;

/** Recipients and what became of them over time, new in each hour or day, or summed up. */
export function ActivityChart({ scope, title = t('Activity'), beside, above }: {
  scope: Scope;
  title?: string;
  /** Stands at the side of the chart, and above it. */
  beside?: ReactNode;
  above?: ReactNode;
}) {
  const { view, setView, interval, setInterval, maySwitch } = useChartChoices(scope.period);
  const timeline = useQuery(timelineQuery(scope, view, interval));
  const incidents = useQuery(incidentsOfQuery(scope)).data?.items;
  const [hidden, setHidden] = useState<ReadonlySet<SeriesKey>>(new Set());
  const [params, setParams] = useSearchParams();
  const asTable = params.get('chart') === 'table';

  const toggle = (key: SeriesKey): void =>
    setHidden((current) => {
      const next = new Set(current);
      if (!next.delete(key)) {
        next.add(key);
      }

      return next;
    });

  const daily = timeline.data?.interval === 'day';
  const name = (point: TimelinePoint): string => (daily ? times.day : times.hour)(point.start, scope.timeZone);
  const shortName = (point: TimelinePoint): string => {
    const clock = times.clock(point.start, scope.timeZone);

    return daily || clock === '00:00' ? times.shortDay(point.start, scope.timeZone) : clock;
  };
  const columns: Column<TimelinePoint>[] = [
    { key: 'start', header: daily ? t('Day') : t('Hour'), cell: name, fixed: true, csv: (point) => point.start },
    number('recipients', t('Recipients')),
    ...series.map(({ key, label }) => number(key, label)),
  ];
  const tools = (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('View')}
        data={[
          { value: 'new', label: t('New') },
          { value: 'cumulative', label: t('Cumulative') },
        ]}
        value={view}
        onChange={(value) => setView(value === 'cumulative' ? 'cumulative' : 'new')}
      />
      {maySwitch ? (
        <SegmentedControl
          size="xs"
          aria-label={t('Interval')}
          data={[
            { value: 'hour', label: t('Hour') },
            { value: 'day', label: t('Day') },
          ]}
          value={interval}
          onChange={(value) => setInterval(value === 'day' ? 'day' : 'hour')}
        />
      ) : null}
      <Button
        size="xs"
        variant="default"
        aria-pressed={asTable}
        onClick={() =>
          setParams((current) => {
            const next = new URLSearchParams(current);
            if (asTable) {
              next.delete('chart');
            } else {
              next.set('chart', 'table');
            }

            return next;
          })
        }
      >
        {asTable ? t('As chart') : t('As table')}
      </Button>
      {asTable ? <CsvButton name="activity" columns={columns} rows={timeline.data?.points} /> : null}
    </>
  );

  const { data } = timeline;
  const sum = data === undefined ? null : sums(data.points, data.view === 'cumulative');

  return (
    <Panel title={title} sub={daily ? t('by the day on which the mail was accepted') : t('by the hour in which the mail was accepted')} aside={tools}>
      {above}
      <div className={beside === undefined ? undefined : 'beside'}>
        {data === undefined ? (
          timeline.error ? (
            <div style={{ minHeight: height }}>
              <Failed what={t('The chart')} error={timeline.error} retry={() => void timeline.refetch()} />
            </div>
          ) : (
            <div className="panel-body">
              <Placeholder height={height - 12} label={t('the chart')} />
            </div>
          )
        ) : asTable ? (
          <DataTable
            label={title}
            columns={columns}
            rows={data.points.filter((point) => Date.parse(point.start) <= asOf(timeline))}
            rowKey={(point) => point.start}
            stale={timeline.isPlaceholderData}
            empty={<Empty title={t('No time in this period')} />}
          />
        ) : (
          <div data-stale={timeline.isPlaceholderData || undefined} style={{ minHeight: height }}>
            <Legend sum={sum ?? emptySum} hidden={hidden} toggle={toggle} daily={daily} />
            <Plot
              points={data.points}
              end={data.period.to}
              view={data.view === 'cumulative' ? 'cumulative' : 'new'}
              shown={new Set(series.map(({ key }) => key).filter((key) => !hidden.has(key)))}
              now={asOf(timeline)}
              zone={scope.timeZone}
              unit={daily ? 'day' : 'hour'}
              name={name}
              shortName={shortName}
              incidents={(incidents ?? []).slice(0, mostMarked)}
              label={`${title}, ${view === 'new' ? (daily ? t('new in each day') : t('new in each hour')) : t('cumulative')}`}
            />
            <ChartIncidents incidents={(incidents ?? []).slice(0, mostMarked)} zone={scope.timeZone} />
          </div>
        )}
        {beside}
      </div>
    </Panel>
  );
}

type Sum = Record<SeriesKey | 'recipients', number>;

const emptySum: Sum = { recipients: 0, delivered: 0, pending: 0, softBounces: 0, hardBounces: 0 };

const sums = (points: TimelinePoint[], cumulative: boolean): Sum =>
  cumulative
    ? { ...emptySum, ...points.at(-1) }
    : points.reduce(
        (sum, point) => ({
          recipients: sum.recipients + point.recipients,
          delivered: sum.delivered + point.delivered,
          pending: sum.pending + point.pending,
          softBounces: sum.softBounces + point.softBounces,
          hardBounces: sum.hardBounces + point.hardBounces,
        }),
        emptySum,
      );

/** The legend is the sum itself: recipients are delivered, pending, soft and hard bounces. */
const Legend = ({ sum, hidden, toggle, daily }: { sum: Sum; hidden: ReadonlySet<SeriesKey>; toggle: (key: SeriesKey) => void; daily: boolean }) => (
  <div className="legend" role="group" aria-label={t('Parts shown')}>
    {series.map(({ key, label }, index) => (
      <span key={key} className="item">
        {index === 0 ? null : (
          <span className="op" aria-hidden="true">
            +
          </span>
        )}
        <button type="button" data-series={key} aria-pressed={!hidden.has(key)} onClick={() => toggle(key)}>
          <i className="swatch" data-series={key} aria-hidden="true" />
          {label} <b>{count(sum[key])}</b>
        </button>
      </span>
    ))}
    <span className="item">
      <span className="op" aria-hidden="true">
        =
      </span>
      {t('Recipients')} <b>{count(sum.recipients)}</b>
    </span>
    <span className="item end">
      <i className="swatch" data-series="running" aria-hidden="true" />
      {daily ? t('day still running') : t('hour still running')}
    </span>
  </div>
);

const number = (key: SeriesKey | 'recipients', header: string): Column<TimelinePoint> => ({
  key, header, numeric: true, cell: (point) => count(point[key]), csv: (point) => point[key],
});
