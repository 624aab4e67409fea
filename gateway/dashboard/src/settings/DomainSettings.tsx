import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { RegisteredDomain } from '../api/types';
import { day } from '../format/times';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem } from './parts';

const domainsQuery = () => administration('domains', (signal) => answer(api.GET('/v1/admin/domains', { signal })));

export function DomainSettings() {
  const zone = useTimeZone();
  const domains = useQuery(domainsQuery());
  const [name, setName] = useState('');
  const add = useChange((domain: string) => answer(api.POST('/v1/admin/domains', { body: { domain } })));
  const validate = useChange((domain: string) => answer(api.POST('/v1/admin/domains/{domain}/validation', { params: { path: { domain } } })));
  const remove = useChange((domain: string) => answer(api.DELETE('/v1/admin/domains/{domain}', { params: { path: { domain } } })));

  const columns: Column<RegisteredDomain>[] = [
    { key: 'domain', header: 'Domain', cell: (row) => row.domain },
    {
      key: 'validated',
      header: 'State',
      fixed: true,
      cell: (row) =>
        row.validatedAt ? (
          <span className="tag" data-good>
            <Icon name="check" size={12} /> validated on {day(row.validatedAt, zone)}
          </span>
        ) : (
          <span className="tag">not validated</span>
        ),
    },
    {
      key: 'record',
      header: 'TXT record that proves it is yours',
      cell: (row) => (
        <span className="stack">
          <code>{row.recordName}</code>
          <code>{row.recordText}</code>
        </span>
      ),
    },
    {
      key: 'actions',
      header: 'Actions',
      cell: (row) => (
        <span className="panel-tools">
          {row.validated ? null : (
            <Button
              size="compact-xs"
              variant="default"
              loading={validate.isPending && validate.variables === row.domain}
              onClick={() => validate.mutate(row.domain)}
            >
              Validate
            </Button>
          )}
          <ConfirmButton label="Remove" question={`Remove ${row.domain}?`} onConfirm={() => remove.mutate(row.domain)} />
        </span>
      ),
    },
  ];

  return (
    <Panel title="Sending domains">
      <Form
        label="Register a domain"
        onSubmit={() => add.mutate(name.trim(), { onSuccess: () => setName('') })}
      >
        <TextInput size="xs" label="Domain" placeholder="shop.example" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={add.isPending} disabled={name.trim() === ''}>
          Register
        </Button>
      </Form>
      <Problem error={add.error ?? validate.error ?? remove.error} />
      {domains.data === undefined && domains.error ? (
        <Failed what="The domains" error={domains.error} retry={() => void domains.refetch()} />
      ) : (
        <DataTable
          label="Registered domains"
          columns={columns}
          rows={domains.data?.items}
          rowKey={(row) => row.domain}
          empty={<Empty title="No domain is registered">Mail from unregistered domains is counted too, and shown as not validated.</Empty>}
        />
      )}
    </Panel>
  );
}
