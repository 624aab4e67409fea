import { useQuery } from '@tanstack/react-query';
import { domainsQuery } from '../api/queries';
import { usePeriod, usePeriodSearch } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { Failed, Panel } from '../shell/states';
import { RowTable } from '../table/RowTable';
import { listColumns } from './DomainTable';

export default function DomainsPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery({ period, timeZone: zone }));

  return (
    <>
      <div className="page-head">
        <h1>Domains</h1>
        <PeriodPicker />
      </div>
      <Panel title="Sending domains">
        {domains.data === undefined && domains.error ? (
          <Failed what="The domains" error={domains.error} retry={() => void domains.refetch()} />
        ) : (
          <RowTable
            name="domains"
            label="Domains"
            columns={listColumns(search)}
            rows={domains.data?.items}
            rowKey={(row) => row.domain}
            searchBy={(row) => row.domain}
            firstSort={{ key: 'recipients', descending: true }}
            expected={8}
            stale={domains.isPlaceholderData}
            empty={<NothingYet />}
          />
        )}
      </Panel>
    </>
  );
}
