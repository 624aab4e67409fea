import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { WebhookSource, WebhookTraffic } from '../api/types';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, Saved } from './parts';

type Day = WebhookTraffic['days'][number];
type Refusal = WebhookTraffic['refusals'][number];

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, some) => all + some, 0);

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([cause, some]) => `${cause} ${count(some)}`)
    .join(', ');

/** One source: what came from it, what was refused and why, and its name and secret. */
export function WebhookSourcePanel({ source, onRemoved }: { source: WebhookSource; onRemoved: () => void }) {
  const zone = useTimeZone();
  const path = { id: source.id };
  const [name, setName] = useState(source.name);
  const [sender, setSender] = useState(source.sender ?? '');
  const [secret, setSecret] = useState('');
  const [overlap, setOverlap] = useState('24');
  const traffic = useQuery({
    ...administration(`traffic of ${source.id}`, (signal) => answer(api.GET('/v1/admin/webhook-sources/{id}/traffic', { params: { path }, signal }))),
    refetchInterval: 10_000,
  });
  const change = useChange(() =>
    answer(api.PATCH('/v1/admin/webhook-sources/{id}', { params: { path }, body: { name: name.trim(), sender: sender.trim() || null } })),
  );
  const rotate = useChange(() =>
    answer(api.PUT('/v1/admin/webhook-sources/{id}/secret', { params: { path }, body: { secret: secret.trim(), earlierValidHours: Number(overlap) } })),
  );
  const remove = useChange(() => answer(api.DELETE('/v1/admin/webhook-sources/{id}', { params: { path } })));
  const changed = name !== source.name || sender !== (source.sender ?? '');

  const days: Column<Day>[] = [
    { key: 'day', header: t('Day (UTC)'), fixed: true, csv: (row) => row.day, cell: (row) => row.day },
    { key: 'accepted', header: t('Taken'), numeric: true, csv: (row) => row.accepted, cell: (row) => count(row.accepted) },
    { key: 'repeated', header: t('Repeated'), numeric: true, csv: (row) => row.repeated, cell: (row) => count(row.repeated) },
    { key: 'nothing', header: t('Nothing to count'), numeric: true, csv: (row) => row.nothing, cell: (row) => count(row.nothing) },
    { key: 'refused', header: t('Refused'), csv: (row) => listed(row.refused), cell: (row) => (sum(row.refused) === 0 ? '–'
      : <b className="worse">{listed(row.refused)}</b>) },
    { key: 'rejected', header: t('Without a field'), csv: (row) => listed(row.rejected), cell: (row) => listed(row.rejected) || '–' },
  ];
  const refusals: Column<Refusal>[] = [
    { key: 'at', header: t('Time'), fixed: true, csv: (row) => row.at, cell: (row) => moment(row.at, zone) },
    { key: 'what', header: t('What'), csv: (row) => row.what, cell: (row) => row.what },
    { key: 'cause', header: t('Cause'), csv: (row) => row.cause, cell: (row) => row.cause },
    { key: 'error', header: t('Error'), block: true, csv: (row) => row.error, cell: (row) => <bdi>{row.error}</bdi> },
  ];

  return (
    <Panel
      title={`${source.provider}/${source.name}`}
      sub={
        traffic.data?.lastEventAt
          ? t('last event {time}', { time: moment(traffic.data.lastEventAt, zone) })
          : traffic.data === undefined
            ? undefined
            : t('no event yet')
      }
      aside={<ConfirmButton label={t('Remove')} question={t('Remove {what}?', { what: source.name })} onConfirm={() => remove.mutate(undefined,
        { onSuccess: onRemoved })} />}
    >
      <Form label={t('Name and sender')} onSubmit={() => change.mutate(undefined)}>
        <TextInput size="xs" label={t('Name')} maxLength={40} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput size="xs" label={t('Sender where it tells none')} value={sender} onChange={(event) => setSender(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={change.isPending} disabled={!changed || name.trim() === ''}>
          {t('Rename')}
        </Button>
        <Saved when={change.isSuccess && !changed} />
      </Form>
      <Form label={t('Rotate the secret')} onSubmit={() => rotate.mutate(undefined, { onSuccess: () => setSecret('') })}>
        <TextInput size="xs" className="search" label={t('New secret')} autoComplete="off" value={secret} onChange={(event) =>
          setSecret(event.currentTarget.value)} />
        <NativeSelect
          size="xs"
          label={t('The old one holds on for')}
          data={[
            { value: '0', label: t('not at all') },
            { value: '1', label: t('1 hour') },
            { value: '24', label: t('1 day') },
            { value: '168', label: t('7 days') },
          ]}
          value={overlap}
          onChange={(event) => setOverlap(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={rotate.isPending} disabled={secret.trim() === ''}>
          {t('Rotate')}
        </Button>
        <Saved when={rotate.isSuccess && secret === ''} />
        {source.earlierSecretUntil ? <span className="muted">{t('The old secret holds until {time}.', { time: moment(source.earlierSecretUntil,
          zone) })}</span> : null}
      </Form>
      <Problem error={change.error ?? rotate.error ?? remove.error} />
      {traffic.data === undefined && traffic.error ? (
        <Failed what={t('The traffic')} error={traffic.error} retry={() => void traffic.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Traffic by day')}
            columns={days}
            rows={traffic.data?.days}
            rowKey={(row) => row.day}
            empty={<Empty title={t('Nothing has come yet')}>{t('Send a test from the provider’s own page: it shows here within seconds.')}</Empty>}
          />
          <div className="table-foot">
            <CsvButton name="webhook-traffic" columns={days} rows={traffic.data?.days} />
          </div>
          <DataTable
            label={t('Last refusals')}
            columns={refusals}
            rows={traffic.data?.refusals}
            rowKey={(row, index) => `${row.at} ${index}`}
            empty={<p className="muted nothing-found">{t('Nothing was refused.')}</p>}
          />
        </>
      )}
    </Panel>
  );
}
