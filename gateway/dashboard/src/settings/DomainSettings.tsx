import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { RegisteredDomain } from '../api/types';
import { domainName } from '../format/idn';
import { day } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { Domain } from '../table/Address';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem } from './parts';

const domainsQuery = () => administration('domains', (signal) => answer(api.GET('/v1/admin/domains', { signal })));

export default function DomainSettings() {
  const zone = useTimeZone();
  const domains = useQuery(domainsQuery());
  const [name, setName] = useState('');
  const add = useChange((domain: string) => answer(api.POST('/v1/admin/domains', { body: { domain } })));
  const validate = useChange((domain: string) => answer(api.POST('/v1/admin/domains/{domain}/validation', { params: { path: { domain } } })));
  const remove = useChange((domain: string) => answer(api.DELETE('/v1/admin/domains/{domain}', { params: { path: { domain } } })));

  const columns: Column<RegisteredDomain>[] = [
    { key: 'domain', header: t('Domain'), csv: (row) => row.domain, cell: (row) => <Domain value={row.domain} /> },
    {
      key: 'validated',
      header: t('State'),
      csv: (row) => row.validatedAt ?? '',
      fixed: true,
      cell: (row) =>
        row.validatedAt ? (
          <span className="tag" data-good>
            <Icon name="check" size={12} /> {t('validated on {day}', { day: day(row.validatedAt, zone) })}
          </span>
        ) : (
          <span className="tag">{t('not validated')}</span>
        ),
    },
    {
      key: 'record',
      header: t('TXT record that proves it is yours'),
      block: true,
      csv: (row) => `${row.recordName} ${row.recordText}`,
      cell: (row) => (
        <span className="stack">
          <span>
            <code>{row.recordName}</code> <Copy value={row.recordName} what={t('the record’s name')} />
          </span>
          <span>
            <code>{row.recordText}</code> <Copy value={row.recordText} what={t('the record’s text')} />
          </span>
        </span>
      ),
    },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <span className="panel-tools">
          {row.validated ? null : (
            <Button
              size="compact-xs"
              variant="default"
              loading={validate.isPending && validate.variables === row.domain}
              onClick={() => validate.mutate(row.domain)}
            >
              {t('Validate')}
            </Button>
          )}
          <ConfirmButton label={t('Remove')} question={t('Remove {what}?', { what: domainName(row.domain) })} onConfirm={() => remove.mutate(row.domain)} />
        </span>
      ),
    },
  ];

  return (
    <Panel title={t('Sending domains')}>
      <Form
        label={t('Register a domain')}
        onSubmit={() => add.mutate(name.trim(), { onSuccess: () => setName('') })}
      >
        <TextInput size="xs" label={t('Domain')} placeholder="shop.example" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={add.isPending} disabled={name.trim() === ''}>
          {t('Register')}
        </Button>
      </Form>
      <Problem error={add.error ?? validate.error ?? remove.error} />
      {domains.data === undefined && domains.error ? (
        <Failed what={t('The domains')} error={domains.error} retry={() => void domains.refetch()} />
      ) : (
        <RowTable
          name="registered-domains"
          label={t('Registered domains')}
          columns={columns}
          rows={domains.data?.items}
          rowKey={(row) => row.domain}
          searchBy={(row) => `${row.domain} ${domainName(row.domain)}`}
          empty={<Empty title={t('No domain is registered')}>{t('Mail from unregistered domains is counted too, and shown as not validated.')}</Empty>}
        />
      )}
    </Panel>
  );
}
