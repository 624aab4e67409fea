import { Button, Checkbox, FileButton, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { SuppressionItem, SuppressionSettings as Rules } from '../api/types';
import { reasonName } from '../bounces/reasons';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { Address, Domain } from '../table/Address';
import { DataTable, type Column } from '../table/DataTable';
import { Download } from '../table/Download';
import { LatestFirst, usePage } from '../table/Pager';
import { administration, useChange } from './administrator';
import { modeOf } from './modes';
import { ModeForm, ModeSettings, NumberField, numberOf, type Save } from './ModeSettings';
import { ConfirmButton, Form, Problem } from './parts';
import { SuppressionComparison } from './SuppressionComparison';
import { suppressionCauses as causes, type SuppressionCause as Cause } from './suppressionCauses';

export default function SuppressionSettings() {
  const save = useChange((body: Rules) => answer(api.PUT('/v1/settings/suppression', { body })));

  return (
    <>
      <ModeSettings
        title={t('What the list does')}
        name="suppression"
        read={(signal) => answer(api.GET('/v1/settings/suppression', { signal }))}
        save={save}
        form={RulesForm}
      />
      <Addresses />
      <SuppressionComparison />
    </>
  );
}

function RulesForm({ saved, save }: { saved: Rules; save: Save<Rules> }) {
  const [mode, setMode] = useState(modeOf(saved.mode ?? ''));
  const [days, setDays] = useState(String(saved.hardBounceDays ?? 180));
  const [complaintDays, setComplaintDays] = useState(String(saved.complaintDays ?? ''));
  const [same, setSame] = useState(saved.plusAddresses === 'same');

  return (
    <ModeForm
      title={t('What the list does')}
      mode={mode}
      setMode={setMode}
      rules={{ mode, hardBounceDays: Number(days), complaintDays: numberOf(complaintDays), plusAddresses: same ? 'same' : 'exact' }}
      saved={saved}
      save={save}
      complete={days !== ''}
      notes={
        <>
          <p className="muted">{t('Observe counts what would be refused and lets it pass; enforce refuses it at the mail server with 550.')}</p>
          <Effect />
        </>
      }
    >
      <NumberField label={t('Days until a bounce is forgiven')} value={days} onChange={setDays} />
      <NumberField label={t('Days until a complaint is forgiven')} placeholder={t('never')} value={complaintDays} onChange={setComplaintDays} />
      <Checkbox size="xs" label={t('ann+news@… is ann@…')} checked={same} onChange={(event) => setSame(event.currentTarget.checked)} />
    </ModeForm>
  );
}

/** What enforcing would have done: the figures to dare by. */
function Effect() {
  const query = { period: 'last-30-days' } as const;
  const effect = useQuery(
    administration('suppression-effect', (signal) => answer(api.GET('/v1/suppressions/effect', { params: { query }, signal }))),
  );

  return effect.data === undefined ? (
    <Problem error={effect.error} />
  ) : (
    <p>
      {t('Enforced in the last 30 days, it would have refused {recipients} recipients: {spared} bounces or complaints spared, {lost} deliveries lost.', {
        recipients: count(effect.data.recipients),
        spared: count(effect.data.bouncesSpared),
        lost: count(effect.data.deliveriesLost),
      })}
    </p>
  );
}

function Addresses() {
  const zone = useTimeZone();
  const { cursor, limit } = usePage();
  const [sought, setSought] = useState('');
  const [cause, setCause] = useState('');
  const [address, setAddress] = useState('');
  const [reason, setReason] = useState('');
  const filter = { ...(sought.trim() === '' ? {} : { address: sought.trim() }), ...(cause === '' ? {} : { cause: cause as Cause }) };
  const query = { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) };
  const list = useQuery(
    administration(`suppressions ${JSON.stringify(query)}`, (signal) => answer(api.GET('/v1/suppressions', { params: { query }, signal }))),
  );
  const add = useChange(() => answer(api.POST('/v1/suppressions', { body: { address: address.trim(), ...(reason.trim() === '' ? {} : { reason }) } })));
  const remove = useChange((row: SuppressionItem) =>
    answer(
      api.DELETE('/v1/suppressions/{address}', {
        params: { path: { address: row.address }, ...(row.domain === null ? {} : { query: { domain: row.domain } }) },
      }),
    ),
  );
  const load = useChange(async (file: File) =>
    answer(
      api.POST('/v1/suppressions/import', {
        body: (await file.text()) as never,
        bodySerializer: (text: unknown) => text as string,
        headers: { 'Content-Type': 'text/csv' },
      }),
    ));

  const columns: Column<SuppressionItem>[] = [
    { key: 'address', header: t('Address'), block: true, csv: (row) => row.address, cell: (row) => <Address value={row.address} /> },
    { key: 'domain', header: t('For mail of'), csv: (row) => row.domain ?? '',
      cell: (row) => (row.domain === null ? t('Everything') : <Domain value={row.domain} />) },
    { key: 'cause', header: t('Cause'), fixed: true, csv: (row) => row.cause,
      cell: (row) => causes.find(({ value }) => value === row.cause)?.label ?? row.cause },
    {
      key: 'reason',
      header: t('Reason'),
      csv: (row) => row.reason ?? '',
      cell: (row) => (row.reason === null ? '–' : <span title={row.reply ?? undefined}>{row.delivery ? reasonName(row.reason) : row.reason}</span>),
    },
    { key: 'createdAt', header: t('Since'), fixed: true, csv: (row) => row.createdAt, cell: (row) => moment(row.createdAt, zone) },
    {
      key: 'expiresAt',
      header: t('Until'),
      fixed: true,
      csv: (row) => row.expiresAt ?? '',
      cell: (row) => (row.expiresAt === null ? t('for ever') : moment(row.expiresAt, zone)),
    },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <ConfirmButton
          label={t('Remove')}
          question={t('Remove {what}?', { what: row.address })}
          busy={remove.isPending && remove.variables === row}
          onConfirm={() => remove.mutate(row)}
        />
      ),
    },
  ];

  return (
    <Panel
      title={t('Addresses that are not sent to')}
      aside={
        <>
          <FileButton accept=".csv,text/csv" onChange={(file) => file && load.mutate(file)}>
            {(props) => (
              <Button {...props} size="compact-sm" variant="default" loading={load.isPending}>
                {t('Import CSV')}
              </Button>
            )}
          </FileButton>
          <Download name="suppressions" query={filter} />
        </>
      }
    >
      <Form
        label={t('Add an address')}
        onSubmit={() =>
          add.mutate(undefined, {
            onSuccess: () => {
              setAddress('');
              setReason('');
            },
          })
        }
      >
        <TextInput
          size="xs"
          label={t('Mail address')}
          placeholder="ann@example.net"
          className="search"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <TextInput size="xs" label={t('Why')} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={add.isPending} disabled={address.trim() === ''}>
          {t('Add')}
        </Button>
      </Form>
      <Form label={t('Search the list')} onSubmit={() => void list.refetch()}>
        <TextInput
          size="xs"
          label={t('Search addresses')}
          className="search"
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={t('Cause')}
          data={[{ value: '', label: t('All') }, ...causes]}
          value={cause}
          onChange={(event) => setCause(event.currentTarget.value)}
        />
      </Form>
      <Problem error={add.error ?? remove.error ?? load.error} />
      {load.data === undefined ? null : (
        <p role="status">
          {t('{added} new, {repeated} known, {rejected} lines left out.', {
            added: count(load.data.added),
            repeated: count(load.data.repeated),
            rejected: count(load.data.rejectedCount),
          })}{' '}
          {load.data.rejected.slice(0, 5).map(({ line, error }) => t('Line {line}: {error}', { line, error })).join(' · ')}
        </p>
      )}
      {list.data === undefined && list.error ? (
        <Failed what={t('The suppression list')} error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Suppressed addresses')}
            columns={columns}
            rows={list.data?.items}
            rowKey={(row) => `${row.address} ${row.domain}`}
            expected={10}
            empty={<Empty title={t('Nobody is on the list')}>{t('Addresses that bounce hard or complain come here by themselves.')}</Empty>}
          />
          <LatestFirst label={t('the suppression list')} next={list.data?.next} shown={list.data?.items.length ?? 0} />
        </>
      )}
    </Panel>
  );
}
