import { useQuery } from '@tanstack/react-query';
import { domainsQuery, reasonsQuery, type Scope } from '../api/queries';
import { UpdateButton } from '../collections/UpdateButton';
import { domainName } from '../format/idn';
import { t } from '../language/language';
import { usePeriod } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { useTimeZone } from '../shell/preferences';
import { PageHead } from '../shell/states';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { BounceTabs } from './BounceTabs';
import { ErrorEvents } from './ErrorEvents';
import { TopReasons } from './TopReasons';

export default function BouncesPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain, setDomain] = useParam('domain');
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const domains = useQuery(domainsQuery({ period, timeZone: zone }));
  const reasons = useQuery(reasonsQuery(scope));

  return (
    <>
      <PageHead
        title={
          <>
            <h1>{t('Bounces')}</h1>
            <BounceTabs />
          </>
        }
      >
        <ChoiceOfMany
          label={t('Domain')}
          all={t('All domains')}
          names={(domains.data?.items ?? []).map((row) => row.domain)}
          value={domain}
          onChoose={setDomain}
          write={domainName}
        />
        <PeriodPicker />
        <UpdateButton />
      </PageHead>
      <TopReasons scope={scope} />
      {/* How many reasons there are decides where this begins: shown sooner, it would jump. */}
      {reasons.isPending ? null : <ErrorEvents scope={scope} />}
    </>
  );
}
