import { useQuery } from '@tanstack/react-query';
import { providersQuery, type Scope } from '../api/queries';
import { DomainFilter } from '../domains/DomainFilter';
import { t } from '../language/language';
import { usePeriod } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { useParam } from '../shell/urlState';
import { ReceiverTabs } from './ReceiverTabs';
import { ReceiversPanel } from './ReceiversPanel';

/** Who takes the mail: the receiving providers over all domains, or those of one. */
export default function ReceiversPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain] = useParam('domain');
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const providers = useQuery(providersQuery(scope));

  return (
    <>
      <StatisticsHead
        title={
          <>
            <h1>{t('Receivers')}</h1>
            <ReceiverTabs />
          </>
        }
        period={providers.data?.period}
        filters={<DomainFilter scope={scope} />}
      />
      <ReceiversPanel scope={scope} empty={<NothingYet />} />
    </>
  );
}
