import { useQuery } from '@tanstack/react-query';
import { reasonsQuery, type Scope } from '../api/queries';
import { DomainFilter } from '../domains/DomainFilter';
import { t } from '../language/language';
import { usePeriod } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { useTimeZone } from '../shell/preferences';
import { useParam } from '../shell/urlState';
import { BounceTabs } from './BounceTabs';
import { ErrorEvents } from './ErrorEvents';
import { TopReasons } from './TopReasons';

export default function BouncesPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain] = useParam('domain');
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const reasons = useQuery(reasonsQuery(scope));

  return (
    <>
      <StatisticsHead
        title={
          <>
            <h1>{t('Bounces')}</h1>
            <BounceTabs />
          </>
        }
        period={reasons.data?.period}
        filters={<DomainFilter scope={scope} />}
      />
      <TopReasons scope={scope} />
      {/* How many reasons there are decides where this begins: shown sooner, it would jump. */}
      {reasons.isPending ? null : <ErrorEvents scope={scope} />}
    </>
  );
}
