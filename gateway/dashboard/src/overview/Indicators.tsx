import { Skeleton } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { timelineQuery, type Scope } from '../api/queries';
import type { ComparedRate, Overview } from '../api/types';
import { Spark } from '../chart/Spark';
import { useChartChoices } from '../chart/useChartChoices';
import { count, fineRate, pointChange, rate, relativeChange } from '../format/numbers';
import { range } from '../format/times';
import { t, tn } from '../language/language';
import { Help } from '../shell/Help';
import { Failed } from '../shell/states';
import { compareCounts, compareFew, compareRates, type Verdict } from './compare';

type RateKey = 'deliveryRate' | 'softBounceRate' | 'hardBounceRate';

const rates: { key: RateKey; label: string; rise: 'good' | 'bad'; behind: (overview: Overview) => string }[] = [
  {
    key: 'deliveryRate',
    label: t('Delivery rate'),
    rise: 'good',
    behind: ({ delivered }) => t('{n} delivered', { n: count(delivered.value) }),
  },
  { key: 'softBounceRate', label: t('Soft bounce rate'), rise: 'bad', behind: ({ softBounces }) => t('{n} soft', { n: count(softBounces.value) }) },
  { key: 'hardBounceRate', label: t('Hard bounce rate'), rise: 'bad', behind: ({ hardBounces }) => t('{n} hard', { n: count(hardBounces.value) }) },
];

/** The four numbers of the period and complaints, each against the previous period of the same length. */
export function Indicators({ overview, scope, inside = false }: { overview: UseQueryResult<Overview>; scope: Scope; inside?: boolean }) {
  const { view, interval } = useChartChoices(scope.period);
  // The chart's own question: it is asked once for both.
  const timeline = useQuery(timelineQuery(scope, view, interval));
  if (overview.data === undefined && overview.error) {
    return (
      <section className="panel">
        <Failed what={t('The indicators')} error={overview.error} retry={() => void overview.refetch()} />
      </section>
    );
  }

  const { data } = overview;
  const spark = (figure: RateKey | 'recipients') =>
    view === 'cumulative' || timeline.data === undefined ? null : (
      <Spark figure={figure} points={timeline.data.points} end={timeline.data.period.to} now={timeline.dataUpdatedAt} />
    );

  return (
    <section className={inside ? 'indicators inside' : 'indicators'} aria-label={t('Indicators')} data-stale={overview.isPlaceholderData || undefined}>
      <div className="indicator" data-indicator="recipients">
        <h2>
          <Help topic="recipients">{t('Total recipients')}</Help>
        </h2>
        {data === undefined ? <Loading label={t('Total recipients')} /> : <Recipients overview={data} zone={scope.timeZone} />}
        {spark('recipients')}
      </div>
      {rates.map((kind) => (
        <div key={kind.key} className="indicator" data-indicator={kind.key}>
          <h2>
            <Help topic={kind.key}>{kind.label}</Help>
          </h2>
          {data === undefined ? <Loading label={kind.label} /> : (
            <Rate figure={data[kind.key]} rise={kind.rise} behind={kind.behind} overview={data} zone={scope.timeZone} />
          )}
          {spark(kind.key)}
        </div>
      ))}
      <div className="indicator" data-indicator="complaintRate">
        <h2>
          <Help topic="complaintRate">{t('Complaint rate')}</Help>
        </h2>
        {data === undefined ? <Loading label={t('Complaint rate')} /> : <Complaints overview={data} zone={scope.timeZone} />}
      </div>
    </section>
  );
}

const Loading = ({ label }: { label: string }) => (
  <div role="status" aria-label={t('Loading {what}', { what: label })}>
    <Skeleton height={30} width="55%" />
    <Skeleton height={14} mt={6} width="70%" />
  </div>
);

const previousRange = ({ period }: Overview, zone: string): string => range(period.previousFrom, period.previousTo, zone);

function Recipients({ overview, zone }: { overview: Overview; zone: string }) {
  const { recipients, pending } = overview;
  const verdict = compareCounts(recipients.value, recipients.previous);

  return (
    <>
      <p className="indicator-value">{count(recipients.value)}</p>
      <p className="indicator-line">
        {recipients.change === null ? (
          <span className="change" title={t('Nothing was sent in the previous period ({range}).', { range: previousRange(overview, zone) })}>
            {t('nothing to compare')}
          </span>
        ) : (
          <span
            className="change"
            data-verdict="neutral"
            title={t('Previous period ({range}): {value}', { range: previousRange(overview, zone), value: count(recipients.previous) })}
          >
            {relativeChange(recipients.change)}
          </span>
        )}
        {recipients.change === null ? null : (
          <span>
            {t('from {n}', { n: count(recipients.previous) })}
            {verdict === 'changed' ? '' : verdict === 'same' ? `, ${t('no real change')}` : `, ${t('too few to compare')}`}
          </span>
        )}
        {pending.value === 0 ? null : <span>· {tn(pending.value, '{n} pending|{n} pending')}</span>}
      </p>
    </>
  );
}

function Rate({ figure, rise, behind, overview, zone }: {
  figure: ComparedRate;
  rise: 'good' | 'bad';
  behind: (overview: Overview) => string;
  overview: Overview;
  zone: string;
}) {
  const { recipients, pending } = overview;

  return (
    <>
      <p className="indicator-value">{rate(figure.value)}</p>
      <p className="indicator-line">
        {figure.change === null ? (
          <span className="change" title={t('Nothing was sent in the previous period ({range}).', { range: previousRange(overview, zone) })}>
            {t('nothing to compare')}
          </span>
        ) : (
          <Change
            change={figure.change}
            rise={rise}
            verdict={compareRates(figure.value, recipients.value, figure.previous, recipients.previous)}
            title={t('Previous period ({range}): {value}', { range: previousRange(overview, zone), value: rate(figure.previous) })}
          />
        )}
        <span>· {behind(overview)}</span>
        {rise === 'good' && pending.value > 0 && figure.value !== null ? <span>{t('so far')}</span> : null}
      </p>
    </>
  );
}

/** Complaints are rare, and come of what was delivered: their change is told from their exact chance. */
function Complaints({ overview, zone }: { overview: Overview; zone: string }) {
  const { complaints, complaintRate: figure, delivered } = overview;

  return (
    <>
      <p className="indicator-value">{fineRate(figure.value)}</p>
      <p className="indicator-line">
        {figure.change === null ? <span className="change">{t('nothing to compare')}</span> : (
          <Change
            change={figure.change}
            rise="bad"
            verdict={compareFew(complaints.value, delivered.value, complaints.previous, delivered.previous)}
            title={t('Previous period ({range}): {value}', { range: previousRange(overview, zone), value: fineRate(figure.previous) })}
            fine
          />
        )}
        <span>· {tn(complaints.value, '{n} complaint|{n} complaints')}</span>
      </p>
    </>
  );
}

function Change({ change, rise, verdict, title, fine = false }: {
  change: number;
  rise: 'good' | 'bad';
  verdict: Verdict;
  title: string;
  fine?: boolean;
}) {
  const points = pointChange(change, fine);
  if (verdict !== 'changed') {
    return (
      <span className="change" data-verdict="neutral" title={title}>
        {verdict === 'same' ? t('no real change ({points})', { points }) : t('too few to compare ({points})', { points })}
      </span>
    );
  }

  const better = change > 0 === (rise === 'good');

  return (
    <span className="change" data-verdict={better ? 'better' : 'worse'} title={title}>
      {`${points}, ${better ? t('better') : t('worse')}`}
    </span>
  );
}
