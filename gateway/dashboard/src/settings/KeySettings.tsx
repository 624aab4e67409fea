import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { ApiKey } from '../api/types';
import { day, moment } from '../format/times';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, ShownOnce } from './parts';

const keysQuery = () => administration('keys', (signal) => answer(api.GET('/v1/admin/keys', { signal })));

const scopes = [
  { value: 'read', label: 'Read statistics' },
  { value: 'ingest', label: 'Report events' },
  { value: 'admin', label: 'Administer' },
];

export function KeySettings() {
  const zone = useTimeZone();
  const keys = useQuery(keysQuery());
  const [name, setName] = useState('');
  const [wanted, setWanted] = useState<string[]>(['read']);
  const [lastDay, setLastDay] = useState('');
  const make = useChange(() =>
    answer(
      api.POST('/v1/admin/keys', {
        body: { name: name.trim(), scopes: wanted, expiresAt: lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString() },
      }),
    ),
  );
  const revoke = useChange((key: string) => answer(api.DELETE('/v1/admin/keys/{key}', { params: { path: { key } } })));

  const columns: Column<ApiKey>[] = [
    { key: 'name', header: 'Name', cell: (row) => row.name },
    { key: 'scopes', header: 'May', cell: (row) => row.scopes.join(', ') },
    { key: 'createdAt', header: 'Made', fixed: true, cell: (row) => day(row.createdAt, zone) },
    { key: 'lastUsedAt', header: 'Last used', fixed: true, cell: (row) => (row.lastUsedAt ? moment(row.lastUsedAt, zone) : 'never') },
    { key: 'expiresAt', header: 'Expires', fixed: true, cell: (row) => (row.expiresAt ? day(row.expiresAt, zone) : 'never') },
    {
      key: 'state',
      header: 'State',
      cell: (row) => {
        if (row.revokedAt) {
          return <span className="tag" data-bad>revoked</span>;
        }

        return row.expiresAt && Date.parse(row.expiresAt) < Date.now() ? <span className="tag">expired</span> : <span className="tag" data-good>in force</span>;
      },
    },
    {
      key: 'actions',
      header: 'Actions',
      cell: (row) => (row.revokedAt ? '–' : <ConfirmButton label="Revoke" question={`Revoke “${row.name}”?`} onConfirm={() => revoke.mutate(row.id)} />),
    },
  ];

  return (
    <Panel title="API keys">
      <Form label="Create an API key" onSubmit={() => make.mutate(undefined, { onSuccess: () => setName('') })}>
        <TextInput
          size="xs"
          label="Name"
          placeholder="Newsletter server"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label="May" size="xs" value={wanted} onChange={setWanted}>
          <div className="choices">
            {scopes.map(({ value, label }) => (
              <Checkbox key={value} size="xs" value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
        <TextInput size="xs" type="date" label="Last day (optional)" value={lastDay} onChange={(event) => setLastDay(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={make.isPending} disabled={name.trim() === '' || wanted.length === 0}>
          Make a key
        </Button>
      </Form>
      <Problem error={make.error ?? revoke.error} />
      {make.data === undefined ? null : <ShownOnce title={`The key “${make.data.stored.name}” was created.`} secret={make.data.key} />}
      {keys.data === undefined && keys.error ? (
        <Failed what="The keys" error={keys.error} retry={() => void keys.refetch()} />
      ) : (
        <DataTable label="API keys" columns={columns} rows={keys.data?.items} rowKey={(row) => row.id} empty={<Empty title="There are no keys" />} />
      )}
    </Panel>
  );
}
