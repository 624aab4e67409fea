import { useQuery } from '@tanstack/react-query';
import { domainsQuery } from '../api/queries';
import { UpdateButton } from '../collections/UpdateButton';
import { domainName } from '../format/idn';
import { t } from '../language/language';
import { usePeriod, usePeriodSearch } from '../period/period';
import { PeriodLine } from '../period/PeriodLine';
import { PeriodPicker } from '../period/PeriodPicker';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { Failed, PageHead, Panel } from '../shell/states';
import { RowTable } from '../table/RowTable';
import { domainGroups, GroupTitle, listColumns } from './DomainTable';

export default function DomainsPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery({ period, timeZone: zone }));

  return (
    <>
      <PageHead title={<h1>{t('Domains')}</h1>} when={<PeriodLine period={domains.data?.period} />}>
        <PeriodPicker />
        <UpdateButton />
      </PageHead>
      <Panel title={t('Sending domains')} sub={t('the graph opens a domain’s statistics')}>
        {domains.data === undefined && domains.error ? (
          <Failed what={t('The domains')} error={domains.error} retry={() => void domains.refetch()} />
        ) : (
          <RowTable
            name="domains"
            label={t('Domains')}
            columns={listColumns(search)}
            rows={domains.data?.items}
            rowKey={(row) => row.domain}
            searchBy={(row) => `${row.domain} ${domainName(row.domain)}`}
            firstSort={{ key: 'recipients', descending: true }}
            expected={8}
            stale={domains.isPlaceholderData}
            groupOf={domainGroups}
            groupTitle={() => <GroupTitle />}
            empty={<NothingYet />}
          />
        )}
      </Panel>
    </>
  );
}
