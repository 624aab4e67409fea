import { useQuery } from '@tanstack/react-query';
import { domainsQuery, providersQuery, type Scope } from '../api/queries';
import { UpdateButton } from '../collections/UpdateButton';
import { domainName } from '../format/idn';
import { t } from '../language/language';
import { usePeriod } from '../period/period';
import { PeriodLine } from '../period/PeriodLine';
import { PeriodPicker } from '../period/PeriodPicker';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { Failed, PageHead, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { RowTable } from '../table/RowTable';
import { ReceiverTabs } from './ReceiverTabs';
import { receiverColumns } from './receiverColumns';

/** Who takes the mail: the receiving providers over all domains, or those of one. */
export default function ReceiversPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [domain, setDomain] = useParam('domain');
  const everything: Scope = { period, timeZone: zone };
  const providers = useQuery(providersQuery({ ...everything, domain: domain || undefined }));
  const domains = useQuery(domainsQuery(everything));

  return (
    <>
      <PageHead title={<><h1>{t('Receivers')}</h1><ReceiverTabs /></>} when={<PeriodLine period={providers.data?.period} />}>
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
      <Panel title={t('Receiving providers')} sub={t('by the servers that take the mail, whatever the address says')}>
        {providers.data === undefined && providers.error ? (
          <Failed what={t('The receivers')} error={providers.error} retry={() => void providers.refetch()} />
        ) : (
          <RowTable
            name="receivers"
            label={t('Receiving providers')}
            columns={receiverColumns()}
            rows={providers.data?.items}
            rowKey={(row) => row.provider}
            searchBy={(row) => row.provider}
            firstSort={{ key: 'recipients', descending: true }}
            expected={8}
            stale={providers.isPlaceholderData}
            empty={<NothingYet />}
          />
        )}
      </Panel>
    </>
  );
}
