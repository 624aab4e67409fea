import { useQuery } from '@tanstack/react-query';
import { quotaHistoryQuery } from '../api/queries';
import type { QuotaMonth } from '../api/types';
import { count, percent } from '../format/numbers';
import { shortDay } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';

/** Past billing months: what was used of which limit. */
export function QuotaHistory() {
  const zone = useTimeZone();
  const history = useQuery(quotaHistoryQuery());
  const columns: Column<QuotaMonth>[] = [
    {
      key: 'period',
      header: t('Month'),
      fixed: true,
      csv: (row) => row.periodStart,
      cell: (row) => `${shortDay(row.periodStart, zone)} – ${shortDay(Date.parse(row.periodEnd) - 1, zone)}`,
    },
    { key: 'used', header: t('Used'), numeric: true, csv: (row) => row.used, cell: (row) => count(row.used) },
    { key: 'limit', header: t('Limit'), numeric: true, csv: (row) => row.limit, cell: (row) => (row.limit === null ? t('none') : count(row.limit)) },
    {
      key: 'share',
      header: t('Share'),
      numeric: true,
      csv: (row) => (row.limit ? (row.used / row.limit) * 100 : null),
      cell: (row) => (row.limit ? percent((row.used / row.limit) * 100) : '–'),
    },
  ];

  return (
    <Panel title={t('Past months')} aside={<CsvButton name="quota-history" columns={columns} rows={history.data?.items} />}>
      {history.data === undefined && history.error ? (
        <Failed what={t('The past months')} error={history.error} retry={() => void history.refetch()} />
      ) : (
        <DataTable
          label={t('Past months')}
          columns={columns}
          rows={history.data?.items}
          rowKey={(row) => row.periodStart}
          empty={<Empty title={t('No month has ended yet')} />}
        />
      )}
    </Panel>
  );
}
