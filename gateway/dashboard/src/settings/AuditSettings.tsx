import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { mostOfPage } from '../api/everyPage';
import type { AuditItem } from '../api/types';
import { fullMoment, moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvOfAll } from '../table/CsvOfAll';
import { DataTable, type Column } from '../table/DataTable';
import { LatestFirst, usePage } from '../table/Pager';
import { administration } from './administrator';

/** What administrators did, latest first. */
export default function AuditSettings() {
  const zone = useTimeZone();
  const { cursor, limit } = usePage();
  const query = { limit, ...(cursor === undefined ? {} : { cursor }) };
  const audit = useQuery(administration(`audit ${JSON.stringify(query)}`, (signal) => answer(api.GET('/v1/admin/audit', { params: { query }, signal }))));
  const page = (at: string | undefined) =>
    answer(api.GET('/v1/admin/audit', { params: { query: { limit: mostOfPage, ...(at === undefined ? {} : { cursor: at }) } } }));

  const columns: Column<AuditItem>[] = [
    {
      key: 'at',
      header: t('Time'),
      fixed: true,
      csv: (row) => row.at,
      cell: (row) => (
        <time dateTime={row.at} title={fullMoment(row.at, zone)}>
          {moment(row.at, zone)}
        </time>
      ),
    },
    { key: 'actor', header: t('Who'), csv: (row) => row.actor, cell: (row) => <code title={row.actor}>{row.actor.slice(0, 12)}</code> },
    { key: 'action', header: t('Action'), csv: (row) => row.action, cell: (row) => row.action },
    { key: 'target', header: t('Call'), block: true, csv: (row) => row.target, cell: (row) => <code>{row.target}</code> },
    {
      key: 'details',
      header: t('Details'),
      block: true,
      csv: (row) => details(row),
      cell: (row) => <bdi>{details(row) || '–'}</bdi>,
    },
    {
      key: 'status',
      header: t('Answer'),
      numeric: true,
      csv: (row) => row.status,
      cell: (row) => (row.status === null ? t('none') : row.status < 400 ? row.status : <b className="worse">{row.status}</b>),
    },
  ];

  return (
    <Panel title={t('Audit')} aside={<CsvOfAll name="audit" columns={columns} ask={page} />}>
      {audit.data === undefined && audit.error ? (
        <Failed what={t('The audit')} error={audit.error} retry={() => void audit.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Audit')}
            columns={columns}
            rows={audit.data?.items}
            rowKey={(row) => row.id}
            expected={10}
            empty={<Empty title={t('Nothing was changed yet')}>{t('Every change by an administrator will stand here.')}</Empty>}
          />
          <LatestFirst label={t('the audit')} next={audit.data?.next} shown={audit.data?.items.length ?? 0} />
        </>
      )}
    </Panel>
  );
}

const details = (row: AuditItem): string =>
  Object.entries(row.details)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');
