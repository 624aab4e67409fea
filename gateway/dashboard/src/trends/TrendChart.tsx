import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { incidentsOfQuery, type Scope } from '../api/queries';
import { reasonName } from '../bounces/reasons';
import { Course, figure } from '../chart/Course';
import { rateOf } from '../chart/attemptSlots';
import { rate } from '../format/numbers';
import { day, hour } from '../format/times';
import { ChartIncidents } from '../incidents/ChartIncidents';
import { t } from '../language/language';
import { Help } from '../shell/Help';
import { Empty, Panel, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import { pointsOf, type ReasonTrend } from './trends';
import type { Trends } from './useTrends';

// Hours with fewer attempts say nothing about a rate.
const fewest = 10;
const height = 322;

/** Deferral rate and bounce rate, each on its own scale, for all reasons or one; with a ground where an incident was open. */
export function TrendChart({ trends, scope, provider, reasons }: {
  trends: Trends;
  scope: Scope;
  provider: string;
  reasons: ReasonTrend[] | undefined;
}) {
  const [reason, setReason] = useParam('reason');
  const incidents = (useQuery(incidentsOfQuery(scope)).data?.items ?? []).filter(
    (incident) => provider === '' || !incident.provider || incident.provider === provider,
  );
  const daily = trends.interval === 'day';
  const name = daily ? day : hour;

  return (
    <Panel
      title={t('Deferral and bounce rates')}
      sub={<Help topic="attempts">{daily ? t('by the day on which the attempts were made') : t('by the hour in which the attempts were made')}</Help>}
      aside={
        <NativeSelect
          size="xs"
          aria-label={t('Reason')}
          data={[
            { value: '', label: t('All reasons') },
            ...[...new Set([...(reason === '' ? [] : [reason]), ...(reasons ?? []).map((trend) => trend.reason)])].map((value) => ({
              value, label: reasonName(value),
            })),
          ]}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      }
    >
      {trends.now === undefined || trends.period === undefined ? (
        <Placeholder height={height} label={t('the chart')} />
      ) : trends.now.length === 0 ? (
        <Empty title={t('No attempts in this period')}>{t('Choose a longer period.')}</Empty>
      ) : (
        <div data-stale={trends.stale || undefined}>
          <Course
            label={t('Deferral and bounce rates')}
            points={pointsOf(trends.now, trends.period, trends.interval, reason)}
            end={Date.parse(trends.period.to)}
            zone={scope.timeZone}
            now={trends.at}
            lanes={[
              {
                title: t('Deferral rate'), height: 116, percent: true,
                lines: [{ className: 'deferral-line', of: (point) => rateOf(point.deferred, point.all, fewest) }],
              },
              {
                title: t('Bounce rate: soft dashed, hard solid'), height: 116, percent: true,
                lines: [
                  { className: 'soft-line', of: (point) => rateOf(point.soft, point.all, fewest) },
                  { className: 'hard-line', of: (point) => rateOf(point.hard, point.all, fewest) },
                ],
              },
            ]}
            spans={incidents.map(({ startedAt, closedAt }) => ({ from: Date.parse(startedAt), to: closedAt ? Date.parse(closedAt) : null, open: !closedAt }))}
            name={(point) => name(point.start, scope.timeZone)}
            figures={(point) => [
              figure(t('Attempts'), point.all),
              { label: t('Deferred'), value: `${figure('', point.deferred).value} · ${rate(rateOf(point.deferred, point.all))}`, series: 'pending' },
              { label: t('Soft bounces'), value: `${figure('', point.soft).value} · ${rate(rateOf(point.soft, point.all))}`, series: 'softBounces' },
              { label: t('Hard bounces'), value: `${figure('', point.hard).value} · ${rate(rateOf(point.hard, point.all))}`, series: 'hardBounces' },
            ]}
          />
          <ChartIncidents incidents={incidents.slice(0, 8)} zone={scope.timeZone} />
        </div>
      )}
    </Panel>
  );
}
