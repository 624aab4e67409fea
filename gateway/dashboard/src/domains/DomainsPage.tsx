import { useQuery } from '@tanstack/react-query';
import { domainsQuery } from '../api/queries';
import { domainName } from '../format/idn';
import { t } from '../language/language';
import { usePeriod, usePeriodSearch } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { Failed, Panel } from '../shell/states';
import { RowTable } from '../table/RowTable';
import { domainGroups, GroupTitle, listColumns } from './DomainTable';

export default function DomainsPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery({ period, timeZone: zone }));

  return (
    <>
      <StatisticsHead title={<h1>{t('Domains')}</h1>} period={domains.data?.period} />
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
