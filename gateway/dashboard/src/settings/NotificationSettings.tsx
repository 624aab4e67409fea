import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { Notification, NotificationTarget } from '../api/types';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, ShownOnce } from './parts';

const targetsQuery = () => administration('notifications', (signal) => answer(api.GET('/v1/admin/notifications', { signal })));

const logQuery = () =>
  administration('notification-log', (signal) => answer(api.GET('/v1/admin/notifications/log', { params: { query: { limit: 20 } }, signal })));

export default function NotificationSettings() {
  return (
    <>
      <Targets />
      <Log />
    </>
  );
}

function Targets() {
  const targets = useQuery(targetsQuery());
  const [kind, setKind] = useState<'webhook' | 'mail'>('mail');
  const [address, setAddress] = useState('');
  const add = useChange(() => answer(api.POST('/v1/admin/notifications', { body: { kind, address: address.trim(), name: '', enabled: true } })));
  const change = useChange((target: NotificationTarget) =>
    answer(
      api.PUT('/v1/admin/notifications/{id}', {
        params: { path: { id: target.id } },
        body: { kind: target.kind, address: target.address, name: target.name, enabled: !target.enabled },
      }),
    ),
  );
  const remove = useChange((id: string) => answer(api.DELETE('/v1/admin/notifications/{id}', { params: { path: { id } } })));
  const test = useChange((id: string) => answer(api.POST('/v1/admin/notifications/{id}/test', { params: { path: { id } } })));

  const columns: Column<NotificationTarget>[] = [
    { key: 'kind', header: t('Kind'), csv: (row) => row.kind, cell: (row) => (row.kind === 'webhook' ? t('Webhook') : t('Mail')) },
    { key: 'address', header: t('Address'), csv: (row) => row.address, cell: (row) => <bdi>{row.address}</bdi> },
    { key: 'enabled', header: t('State'), csv: (row) => String(row.enabled), cell: (row) => (row.enabled
      ? <span className="tag" data-good>{t('on')}</span> : <span className="tag">{t('off')}</span>) },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <span className="panel-tools">
          <Button size="compact-xs" variant="default" loading={test.isPending && test.variables === row.id} onClick={() => test.mutate(row.id)}>
            {t('Send a test')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => change.mutate(row)}>
            {row.enabled ? t('Switch off') : t('Switch on')}
          </Button>
          <ConfirmButton label={t('Remove')} question={t('Remove {what}?', { what: row.address })} onConfirm={() => remove.mutate(row.id)} />
          <span role="status">
            {test.data === undefined || test.variables !== row.id ? null : test.data.delivered ? (
              <span className="tag" data-good>{t('the test arrived')}</span>
            ) : (
              <span className="tag" data-bad>{t('the test failed: {why}', { why: test.data.error ?? test.data.status ?? t('no answer') })}</span>
            )}
          </span>
        </span>
      ),
    },
  ];

  return (
    <Panel
      title={t('Who is notified when a quota is nearly or fully used')}
      aside={<CsvButton name="notification-targets" columns={columns} rows={targets.data?.items} />}
    >
      <Form label={t('Add a target')} onSubmit={() => add.mutate(undefined, { onSuccess: () => setAddress('') })}>
        <NativeSelect
          size="xs"
          label={t('Kind')}
          data={[
            { value: 'mail', label: t('Mail') },
            { value: 'webhook', label: t('Webhook') },
          ]}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value === 'webhook' ? 'webhook' : 'mail')}
        />
        <TextInput
          size="xs"
          label={kind === 'webhook' ? t('URL') : t('Mail address')}
          placeholder={kind === 'webhook' ? 'https://hooks.example/mailstats' : 'postmaster@shop.example'}
          className="search"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={add.isPending} disabled={address.trim() === ''}>
          {t('Add')}
        </Button>
      </Form>
      <Problem error={add.error ?? change.error ?? remove.error ?? test.error} />
      {add.data?.secret ? <ShownOnce title={t('The webhook was added. Requests to it are signed with this secret.')} secret={add.data.secret} /> : null}
      {targets.data === undefined && targets.error ? (
        <Failed what={t('The targets')} error={targets.error} retry={() => void targets.refetch()} />
      ) : (
        <DataTable
          label={t('Notification targets')}
          columns={columns}
          rows={targets.data?.items}
          rowKey={(row) => row.id}
          empty={<Empty title={t('Nobody is notified')}>{t('Add a mail address or a webhook.')}</Empty>}
        />
      )}
    </Panel>
  );
}

const typeNames: Record<string, string> = {
  QuotaThresholdReached: t('Quota threshold reached'),
  QuotaRestored: t('Quota restored'),
  WebhookSourceFailed: t('Webhook source failed'),
  IncidentOpened: t('Incident opened'),
  IncidentChanged: t('Incident changed'),
  IncidentClosed: t('Incident closed'),
  MailboxStopped: t('Mailbox stopped'),
  MailboxReleased: t('Mailbox released'),
  RecipientSuppressed: t('Recipient suppressed'),
  RecipientReleased: t('Recipient released'),
  Test: t('Test'),
};

const stateNames: Record<string, string> = { waiting: t('waiting'), delivered: t('delivered'), givenUp: t('given up') };

function Log() {
  const zone = useTimeZone();
  const log = useQuery(logQuery());
  const targets = useQuery(targetsQuery());
  const addressOf = (id: string): string => targets.data?.items.find((target) => target.id === id)?.address ?? id;

  const columns: Column<Notification>[] = [
    { key: 'createdAt', header: t('Time'), fixed: true, csv: (row) => row.createdAt, cell: (row) =>
      <time dateTime={row.createdAt}>{moment(row.createdAt, zone)}</time> },
    { key: 'target', header: t('Told'), csv: (row) => addressOf(row.target), cell: (row) => addressOf(row.target) },
    { key: 'type', header: t('Of'), csv: (row) => row.type, cell: (row) => typeNames[row.type] ?? row.type },
    { key: 'state', header: t('State'), csv: (row) => row.state, cell: (row) => stateNames[row.state] ?? row.state },
    {
      key: 'attempts',
      header: t('Attempts'),
      cell: (row) => row.attempts.map((attempt) => (attempt.delivered ? t('taken') : (attempt.error ?? String(attempt.status)))).join(' · '),
    },
  ];

  return (
    <Panel title={t('Last notices')} aside={<CsvButton name="notices" columns={columns} rows={log.data?.items} />}>
      {log.data === undefined && log.error ? (
        <Failed what={t('The notices')} error={log.error} retry={() => void log.refetch()} />
      ) : (
        <DataTable
          label={t('Last notices')}
          columns={columns}
          rows={log.data?.items}
          rowKey={(row) => `${row.noticeId} ${row.target}`}
          empty={<Empty title={t('No notices sent yet')} />}
        />
      )}
    </Panel>
  );
}
