import { BounceTabs } from '../bounces/BounceTabs';
import type { Scope } from '../api/queries';
import type { AttemptPoint } from '../api/types';
import { attemptsOf, refusedOf, slotsByStart, type Slot } from '../chart/attemptSlots';
import { DomainFilter } from '../domains/DomainFilter';
import { t, tn } from '../language/language';
import { usePeriod } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { ReceiverFilter } from '../receivers/ReceiverFilter';
import { Help } from '../shell/Help';
import { useTimeZone } from '../shell/preferences';
import { Failed, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Diagnosis } from './Diagnosis';
import { Providers } from './Providers';
import { Reasons } from './Reasons';
import { TrendChart } from './TrendChart';
import { reasonTrends, wholeTrend } from './trends';
import { useTrends } from './useTrends';
import { Rated } from './Verdict';

/** What fails, over time: rates by reason and receiver, and whether their change is more than chance. */
export default function TrendsPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain] = useParam('domain');
  const [provider] = useParam('provider');
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const trends = useTrends(scope, ['outcome', 'reason'], provider || undefined);
  const known = trends.now !== undefined && trends.before !== undefined;
  const reasons = known ? reasonTrends(trends.now ?? [], trends.before ?? []) : undefined;

  return (
    <>
      <StatisticsHead
        title={
          <>
            <h1>{t('Trends')}</h1>
            <BounceTabs />
          </>
        }
        period={trends.period}
        filters={
          <>
            <DomainFilter scope={scope} />
            <ReceiverFilter scope={scope} />
          </>
        }
      />
      {!known && trends.error ? (
        <section className="panel">
          <Failed what={t('The trends')} error={trends.error} retry={trends.refetch} />
        </section>
      ) : (
        <>
          <Whole now={trends.now} before={trends.before} />
          <TrendChart trends={trends} scope={scope} provider={provider} reasons={reasons} />
          <Diagnosis reasons={reasons} />
          <Reasons reasons={reasons} stale={trends.stale} />
          {provider === '' ? <Providers scope={scope} /> : null}
        </>
      )}
    </>
  );
}

type RateOf = {
  label: string;
  topic: 'trend' | 'complaintRate';
  part: (slot: Slot) => number;
  whole: (slot: Slot) => number;
  said: (n: number) => string;
};

/** The three rates of all that is shown, each with its change. */
function Whole({ now, before }: { now: AttemptPoint[] | undefined; before: AttemptPoint[] | undefined }) {
  if (now === undefined || before === undefined) {
    return (
      <section className="panel">
        <Placeholder height={88} label={t('the rates')} />
      </section>
    );
  }

  const [slots, slotsBefore] = [slotsByStart(now), slotsByStart(before)];
  const rates: RateOf[] = [
    {
      label: t('Deferral rate'), topic: 'trend', part: (slot) => slot.deferred, whole: attemptsOf,
      said: (n) => tn(n, '{n} attempt put off|{n} attempts put off'),
    },
    {
      label: t('Bounce rate'), topic: 'trend', part: refusedOf, whole: attemptsOf,
      said: (n) => tn(n, '{n} attempt failed for good|{n} attempts failed for good'),
    },
    {
      label: t('Complaint rate'), topic: 'complaintRate', part: (slot) => slot.complained, whole: (slot) => slot.delivered,
      said: (n) => tn(n, '{n} complaint|{n} complaints'),
    },
  ];

  return (
    <section className="indicators" aria-label={t('Rates')}>
      {rates.map(({ label, topic, part, whole, said }) => {
        const compared = wholeTrend(slots, slotsBefore, part, whole);

        return (
          <div key={label} className="indicator big-rate">
            <h2>
              <Help topic={topic}>{label}</Help>
            </h2>
            <Rated of={compared} />
            <p className="indicator-line">{said(compared.now)}</p>
          </div>
        );
      })}
    </section>
  );
}

