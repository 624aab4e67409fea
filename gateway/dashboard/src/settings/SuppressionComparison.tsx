import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { ComparedSuppression } from '../api/types';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { Address, Domain } from '../table/Address';
import { DataTable, type Column } from '../table/DataTable';
import { Download } from '../table/Download';
import { administration, useChange } from './administrator';
import { ConfirmButton, Problem } from './parts';
import { suppressionCauses } from './suppressionCauses';

type Because = Exclude<NonNullable<ComparedSuppression['because']>, 'unknown'>;

const reasons: { value: Because; label: string }[] = [
  { value: 'removed', label: t('Taken off by hand') },
  { value: 'expired', label: t('Expired') },
  { value: 'delivered', label: t('Delivered since') },
];

/** Rows that are asked for at once: whoever wants them all takes the file. */
const step = 50;

const common: Column<ComparedSuppression> = {
  key: 'address', header: t('Address'), block: true, csv: (row) => row.address, cell: (row) => <Address value={row.address} />,
};

/** What providers' own lists have and ours has not, and the other way round. */
export function SuppressionComparison() {
  return (
    <>
      <OnlyTheirs />
      <OnlyOurs />
    </>
  );
}

function useCompared(query: { side: 'provider' | 'ours'; because?: Because }) {
  const [limit, setLimit] = useState(step);
  const asked = { ...query, limit };
  const compared = useQuery(
    administration(`suppressions-comparison ${JSON.stringify(asked)}`, (signal) =>
      answer(api.GET('/v1/suppressions/comparison', { params: { query: asked }, signal })),
    ),
  );
  const more = compared.data?.next != null && limit < 500 ? () => setLimit(Math.min(500, limit * 2)) : undefined;

  return { compared, more };
}

function OnlyTheirs() {
  const zone = useTimeZone();
  const [because, setBecause] = useState('');
  const filter = because === '' ? {} : { because: because as Because };
  const { compared, more } = useCompared({ side: 'provider', ...filter });
  const add = useChange((row: ComparedSuppression) =>
    answer(api.POST('/v1/suppressions', { body: { address: row.address, cause: 'provider', ...(row.reason === null ? {} : { reason: row.reason }) } })),
  );
  const addAll = useChange(() => answer(api.POST('/v1/suppressions/comparison/add', { body: filter })));
  const columns: Column<ComparedSuppression>[] = [
    common,
    { key: 'source', header: t('Webhook'), csv: (row) => row.source ?? '', cell: (row) => row.source ?? '–' },
    { key: 'at', header: t('Refused'), fixed: true, csv: (row) => row.at, cell: (row) => moment(row.at, zone) },
    {
      key: 'because', header: t('Not on ours because'), csv: (row) => row.because ?? '',
      cell: (row) => <span title={row.reply ?? undefined}>{reasons.find(({ value }) => value === row.because)?.label ?? '–'}</span>,
    },
    {
      key: 'actions', header: t('Actions'),
      cell: (row) => (
        <Button size="compact-xs" variant="default" loading={add.isPending && add.variables === row} onClick={() => add.mutate(row)}>
          {t('Add')}
        </Button>
      ),
    },
  ];

  return (
    <Panel
      title={t('Only on providers’ lists')}
      aside={
        <>
          {compared.data !== undefined && compared.data.total > 0 ? (
            <ConfirmButton
              label={t('Add all')}
              question={t('Add them all, but for those that were delivered to since?')}
              busy={addAll.isPending}
              onConfirm={() => addAll.mutate(undefined)}
            />
          ) : null}
          <Download name="suppressions/comparison" query={{ side: 'provider', ...filter }} />
        </>
      }
    >
      <p className="muted">
        {t('Mail to these addresses was not sent by a provider because of its own list, as its webhook told. They are not on your list.')}
      </p>
      <NativeSelect
        size="xs"
        label={t('Not on ours because')}
        data={[{ value: '', label: t('All') }, ...reasons]}
        value={because}
        onChange={(event) => setBecause(event.currentTarget.value)}
      />
      <Problem error={add.error ?? addAll.error} />
      {addAll.data === undefined ? null : <p role="status">{t('{n} added.', { n: count(addAll.data.added) })}</p>}
      <Rows compared={compared} more={more} columns={columns} label={t('Addresses that only providers’ lists have')} none={t('The lists agree')} />
    </Panel>
  );
}

function OnlyOurs() {
  const zone = useTimeZone();
  const { compared, more } = useCompared({ side: 'ours' });
  const columns: Column<ComparedSuppression>[] = [
    common,
    { key: 'domain', header: t('For mail of'), csv: (row) => row.domain ?? '',
      cell: (row) => (row.domain === null ? t('Everything') : <Domain value={row.domain} />) },
    { key: 'cause', header: t('Cause'), fixed: true, csv: (row) => row.cause ?? '',
      cell: (row) => suppressionCauses.find(({ value }) => value === row.cause)?.label ?? '–' },
    { key: 'at', header: t('Delivered'), fixed: true, csv: (row) => row.at, cell: (row) => moment(row.at, zone) },
  ];

  return (
    <Panel title={t('Only on your list')} aside={<Download name="suppressions/comparison" query={{ side: 'ours' }} />}>
      <p className="muted">{t('Mail to these addresses was delivered in the last 30 days, though they are on your list.')}</p>
      <Rows compared={compared} more={more} columns={columns} label={t('Addresses that only your list has')} none={t('Nobody on the list was sent to')} />
    </Panel>
  );
}

function Rows({ compared, more, columns, label, none }: {
  compared: ReturnType<typeof useCompared>['compared'];
  more: (() => void) | undefined;
  columns: Column<ComparedSuppression>[];
  label: string;
  none: string;
}) {
  return compared.data === undefined && compared.error ? (
    <Failed what={label} error={compared.error} retry={() => void compared.refetch()} />
  ) : (
    <>
      <DataTable
        label={label}
        columns={columns}
        rows={compared.data?.items}
        rowKey={(row) => `${row.address} ${row.domain}`}
        expected={5}
        empty={<Empty title={none}>{t('Nothing differs.')}</Empty>}
      />
      {compared.data === undefined || compared.data.total === 0 ? null : (
        <p className="pager muted">
          {t('{n} in all', { n: count(compared.data.total) })}{' '}
          {more === undefined ? null : (
            <Button size="compact-sm" variant="default" onClick={more}>
              {t('Show more')}
            </Button>
          )}
        </p>
      )}
    </>
  );
}
