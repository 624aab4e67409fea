import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { Notification, NotificationTarget } from '../api/types';
import { moment } from '../format/times';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, ShownOnce } from './parts';

const targetsQuery = () => administration('notifications', (signal) => answer(api.GET('/v1/admin/notifications', { signal })));

const logQuery = () =>
  administration('notification-log', (signal) => answer(api.GET('/v1/admin/notifications/log', { params: { query: { limit: 20 } }, signal })));

export function NotificationSettings() {
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
    { key: 'kind', header: 'Kind', cell: (row) => (row.kind === 'webhook' ? 'Webhook' : 'Mail') },
    { key: 'address', header: 'Address', cell: (row) => row.address },
    { key: 'enabled', header: 'State', cell: (row) => (row.enabled ? <span className="tag" data-good>on</span> : <span className="tag">off</span>) },
    {
      key: 'actions',
      header: 'Actions',
      cell: (row) => (
        <span className="panel-tools">
          <Button size="compact-xs" variant="default" loading={test.isPending && test.variables === row.id} onClick={() => test.mutate(row.id)}>
            Send a test
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => change.mutate(row)}>
            {row.enabled ? 'Switch off' : 'Switch on'}
          </Button>
          <ConfirmButton label="Remove" question={`Remove ${row.address}?`} onConfirm={() => remove.mutate(row.id)} />
          <span role="status">
            {test.data === undefined || test.variables !== row.id ? null : test.data.delivered ? (
              <span className="tag" data-good>the test arrived</span>
            ) : (
              <span className="tag" data-bad>the test failed: {test.data.error ?? test.data.status ?? 'no answer'}</span>
            )}
          </span>
        </span>
      ),
    },
  ];

  return (
    <Panel title="Who is notified when a quota is nearly or fully used">
      <Form label="Add a target" onSubmit={() => add.mutate(undefined, { onSuccess: () => setAddress('') })}>
        <NativeSelect
          size="xs"
          label="Kind"
          data={[
            { value: 'mail', label: 'Mail' },
            { value: 'webhook', label: 'Webhook' },
          ]}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value === 'webhook' ? 'webhook' : 'mail')}
        />
        <TextInput
          size="xs"
          label={kind === 'webhook' ? 'URL' : 'Mail address'}
          placeholder={kind === 'webhook' ? 'https://hooks.example/mailstats' : 'postmaster@shop.example'}
          className="search"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={add.isPending} disabled={address.trim() === ''}>
          Add
        </Button>
      </Form>
      <Problem error={add.error ?? change.error ?? remove.error ?? test.error} />
      {add.data?.secret ? <ShownOnce title="The webhook was added. Requests to it are signed with this secret." secret={add.data.secret} /> : null}
      {targets.data === undefined && targets.error ? (
        <Failed what="The targets" error={targets.error} retry={() => void targets.refetch()} />
      ) : (
        <DataTable
          label="Notification targets"
          columns={columns}
          rows={targets.data?.items}
          rowKey={(row) => row.id}
          empty={<Empty title="Nobody is notified">Add a mail address or a webhook.</Empty>}
        />
      )}
    </Panel>
  );
}

const typeNames: Record<string, string> = { QuotaThresholdReached: 'Quota threshold reached', QuotaRestored: 'Quota restored', WebhookSourceFailed: 'Webhook source failed', Test: 'Test' };

function Log() {
  const zone = useTimeZone();
  const log = useQuery(logQuery());
  const targets = useQuery(targetsQuery());
  const addressOf = (id: string): string => targets.data?.items.find((target) => target.id === id)?.address ?? id;

  const columns: Column<Notification>[] = [
    { key: 'createdAt', header: 'Time', fixed: true, cell: (row) => <time dateTime={row.createdAt}>{moment(row.createdAt, zone)}</time> },
    { key: 'target', header: 'Told', cell: (row) => addressOf(row.target) },
    { key: 'type', header: 'Of', cell: (row) => typeNames[row.type] ?? row.type },
    { key: 'state', header: 'State', cell: (row) => row.state },
    {
      key: 'attempts',
      header: 'Attempts',
      cell: (row) => row.attempts.map((attempt) => (attempt.delivered ? 'taken' : (attempt.error ?? String(attempt.status)))).join(' · '),
    },
  ];

  return (
    <Panel title="Last notices">
      {log.data === undefined && log.error ? (
        <Failed what="The notices" error={log.error} retry={() => void log.refetch()} />
      ) : (
        <DataTable
          label="Last notices"
          columns={columns}
          rows={log.data?.items}
          rowKey={(row) => `${row.noticeId} ${row.target}`}
          empty={<Empty title="No notices sent yet" />}
        />
      )}
    </Panel>
  );
}
