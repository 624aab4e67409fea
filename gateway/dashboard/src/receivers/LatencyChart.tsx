import { useQuery } from '@tanstack/react-query';
import { latencyQuery, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { Latency } from '../api/types';
import { Course, figure } from '../chart/Course';
import { day } from '../format/times';
import { t } from '../language/language';
import { Failed, Panel, Placeholder } from '../shell/states';
import { seconds } from './seconds';

type Day = Latency & { start: number };

/** Half and nine of ten by day. One day alone is no course. */
export function LatencyChart({ scope }: { scope: Scope }) {
  const latency = useQuery(latencyQuery(scope, 'day'));
  const { data } = latency;
  if (data === undefined) {
    return (
      <Panel title={t('Time to deliver by day')}>
        {latency.error ? <Failed what={t('The chart')} error={latency.error} retry={() => void latency.refetch()} /> : (
          <Placeholder height={200} label={t('the chart')} />
        )}
      </Panel>
    );
  }

  // Days of the zone: the period begins with the first of them.
  const from = Date.parse(data.period.from);
  const firstDay = Date.parse(data.period.from.slice(0, 10));
  const days: Day[] = data.items.map((item) => ({ ...item, start: from + Date.parse(item.day ?? '') - firstDay }));
  if (days.length < 2) {
    return null;
  }

  return (
    <Panel title={t('Time to deliver by day')} sub={t('by the day on which the mail was accepted')}>
      <Course
        label={t('Time to deliver by day')}
        points={days}
        end={(days.at(-1)?.start ?? from) + 86_400_000}
        zone={scope.timeZone}
        now={asOf(latency)}
        lanes={[
          { title: t('Seconds, 9 of 10 within'), height: 90, lines: [{ className: 'rate-line', of: (item) => item.p90Seconds }] },
          { title: t('Seconds, half within'), height: 60, lines: [{ className: 'first-line', of: (item) => item.p50Seconds }] },
        ]}
        name={(item) => day(item.start, scope.timeZone)}
        figures={(item) => [
          figure(t('Delivered'), item.deliveries),
          { label: t('Half within'), value: seconds(item.p50Seconds) },
          { label: t('9 of 10 within'), value: seconds(item.p90Seconds) },
          { label: t('99 of 100 within'), value: seconds(item.p99Seconds) },
        ]}
      />
    </Panel>
  );
}
