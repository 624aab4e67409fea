import { useQuery } from '@tanstack/react-query';
import { reasonsQuery, type Scope } from '../api/queries';
import { usePeriod } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { useTimeZone } from '../shell/preferences';
import { Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { BounceTabs } from './BounceTabs';
import { ErrorEvents } from './ErrorEvents';
import { ReasonTable } from './ReasonTable';

const reasonsShown = 10;

export default function BouncesPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain] = useParam('domain');
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const reasons = useQuery(reasonsQuery(scope, reasonsShown));

  return (
    <>
      <div className="page-head">
        <div className="title-line">
          <h1>Bounces</h1>
          <BounceTabs />
        </div>
        <PeriodPicker />
      </div>
      <Panel title={scope.domain === undefined ? 'Top bounce reasons' : `Top bounce reasons of ${scope.domain}`}>
        {reasons.data === undefined && reasons.error ? (
          <Failed what="The reasons" error={reasons.error} retry={() => void reasons.refetch()} />
        ) : (
          <ReasonTable rows={reasons.data?.items} stale={reasons.isPlaceholderData} domain={scope.domain} />
        )}
      </Panel>
      {/* How many reasons there are decides where this begins: shown sooner, it would jump. */}
      {reasons.isPending ? null : <ErrorEvents scope={scope} />}
    </>
  );
}
