import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { timelineQuery, type Scope } from '../api/queries';
import type { TimelinePoint } from '../api/types';
import { count } from '../format/numbers';
import * as times from '../format/times';
import { Empty, Failed, Panel, Placeholder } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { Plot } from './Plot';
import { series, type SeriesKey } from './series';

const height = 280;

/** Recipients, delivered, soft and hard bounces over time, new in each bucket or cumulative. */
export function ActivityChart({ scope, title = 'Activity' }: { scope: Scope; title?: string }) {
  const [params, setParams] = useSearchParams();
  const view = params.get('view') === 'cumulative' ? 'cumulative' : 'new';
  const timeline = useQuery(timelineQuery(scope, view));
  const [hidden, setHidden] = useState<ReadonlySet<SeriesKey>>(new Set());
  const [asTable, setAsTable] = useState(false);

  const setView = (next: string): void =>
    setParams((current) => {
      const changed = new URLSearchParams(current);
      if (next === 'cumulative') {
        changed.set('view', next);
      } else {
        changed.delete('view');
      }

      return changed;
    });

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
    if (daily) {
      return times.shortDay(point.start, scope.timeZone);
    }
    const clock = times.clock(point.start, scope.timeZone);

    return clock === '00:00' ? times.shortDay(point.start, scope.timeZone) : clock;
  };

  const aside = (
    <div className="panel-tools">
      <Button size="compact-xs" variant="default" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        {asTable ? 'As chart' : 'As table'}
      </Button>
      <SegmentedControl
        size="xs"
        aria-label="View"
        data={[
          { value: 'new', label: 'New' },
          { value: 'cumulative', label: 'Cumulative' },
        ]}
        value={view}
        onChange={setView}
      />
    </div>
  );

  return (
    <Panel title={title} aside={aside}>
      {timeline.data === undefined ? (
        timeline.error ? (
          <div style={{ minHeight: height + 34 }}>
            <Failed what="The chart" error={timeline.error} retry={() => void timeline.refetch()} />
          </div>
        ) : (
          <Placeholder height={height + 34} label="the chart" />
        )
      ) : asTable ? (
        <DataTable
          label={title}
          columns={[{ key: 'start', header: daily ? 'Day' : 'Hour', cell: name, fixed: true }, ...columns]}
          rows={timeline.data.points}
          rowKey={(point) => point.start}
          stale={timeline.isPlaceholderData}
          empty={<Empty title="No time in this period" />}
        />
      ) : (
        <div data-stale={timeline.isPlaceholderData || undefined}>
          <div className="legend" role="group" aria-label="Lines shown">
            {series.map(({ key, label }) => (
              <button key={key} type="button" data-series={key} aria-pressed={!hidden.has(key)} onClick={() => toggle(key)}>
                <i aria-hidden="true" />
                {label}
              </button>
            ))}
          </div>
          <Plot
            points={timeline.data.points}
            shown={new Set(series.map(({ key }) => key).filter((key) => !hidden.has(key)))}
            height={height}
            name={name}
            shortName={shortName}
            label={`${title}, ${view === 'new' ? `new in each ${daily ? 'day' : 'hour'}` : 'cumulative'}`}
          />
        </div>
      )}
    </Panel>
  );
}

const columns: Column<TimelinePoint>[] = [
  ...series.map(
    ({ key, label }): Column<TimelinePoint> => ({ key, header: label, numeric: true, cell: (point) => count(point[key]) }),
  ),
  { key: 'pending', header: 'Pending', numeric: true, cell: (point) => count(point.pending) },
];
