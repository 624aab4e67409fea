import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { incidentsOfQuery, type Scope } from '../api/queries';
import { reasonName } from '../bounces/reasons';
import { Course, figure } from '../chart/Course';
import { attemptsOf, rateOf, slotsByStart, stepOf, type Slot } from '../chart/attemptSlots';
import { rate } from '../format/numbers';
import { day, hour } from '../format/times';
import { ChartIncidents } from '../incidents/ChartIncidents';
import { t } from '../language/language';
import { Help } from '../shell/Help';
import { Empty, Panel, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import type { ReasonTrend } from './trends';
import type { Trends } from './useTrends';

type Point = Slot & { all: number };

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
            points={pointsOf(trends, reason)}
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

/** Every hour or day of the period: where one reason is asked for, its part of all attempts. */
function pointsOf({ now = [], period, interval }: Trends, reason: string): Point[] {
  const whole = new Map(slotsByStart(now).map((slot) => [slot.start, slot]));
  const parts = reason === '' ? whole : new Map(slotsByStart(now.filter((point) => point.reason === reason)).map((slot) => [slot.start, slot]));
  const from = Date.parse(period?.from ?? '');
  const to = Date.parse(period?.to ?? '');
  const none = { delivered: 0, deferred: 0, soft: 0, hard: 0, complained: 0 };
  // Days are not equally long: only those with mail are known by their start, and a line leads over the others.
  const starts = interval === 'day' ? [...whole.keys()].sort((left, right) => left - right) : Array.from(
    { length: Math.ceil((to - from) / stepOf.hour) }, (_, at) => from + at * stepOf.hour,
  );

  return starts.map((start) => {
    const slot = whole.get(start);

    return { ...none, ...parts.get(start), start, all: slot === undefined ? 0 : attemptsOf(slot) };
  });
}
