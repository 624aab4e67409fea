import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { callerQuery } from '../api/queries';
import type { ApiKey, KeyScope } from '../api/types';
import { domainName } from '../format/idn';
import { day, moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, ShownOnce } from './parts';
import { offeredScopes, scopeNames } from './scopes';

const keysQuery = () => administration('keys', (signal) => answer(api.GET('/v1/admin/keys', { signal })));

export default function KeySettings() {
  const zone = useTimeZone();
  const keys = useQuery(keysQuery());
  const caller = useQuery(callerQuery());
  const [name, setName] = useState('');
  const [wanted, setWanted] = useState<KeyScope[]>(['read']);
  const [domains, setDomains] = useState('');
  const [lastDay, setLastDay] = useState('');
  const ofNumbers = wanted.length === 1 && wanted[0] === 'statistics';
  const named = ofNumbers ? domains.split(/[\s,]+/).filter((domain) => domain !== '') : [];
  const make = useChange(() =>
    answer(
      api.POST('/v1/admin/keys', {
        body: {
          name: name.trim(),
          scopes: wanted,
          domains: named.length === 0 ? null : named,
          expiresAt: lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString(),
        },
      }),
    ),
  );
  const revoke = useChange((key: string) => answer(api.DELETE('/v1/admin/keys/{key}', { params: { path: { key } } })));

  const columns: Column<ApiKey>[] = [
    { key: 'name', header: t('Name'), csv: (row) => row.name, cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'scopes', header: t('May'), csv: (row) => row.scopes.join(' '), cell: (row) => scopeNames(row.scopes) },
    {
      key: 'domains',
      header: t('Domains'),
      csv: (row) => row.domains.join(' '),
      cell: (row) => (row.domains.length === 0 ? t('all domains') : row.domains.map(domainName).join(', ')),
    },
    { key: 'createdAt', header: t('Made'), fixed: true, csv: (row) => row.createdAt, cell: (row) => day(row.createdAt, zone) },
    {
      key: 'lastUsedAt',
      header: t('Last used'),
      fixed: true,
      csv: (row) => row.lastUsedAt,
      cell: (row) => (row.lastUsedAt ? moment(row.lastUsedAt, zone) : t('never')),
    },
    { key: 'expiresAt', header: t('Expires'), fixed: true, csv: (row) => row.expiresAt, cell: (row) => (row.expiresAt ? day(row.expiresAt, zone)
      : t('never')) },
    {
      key: 'state',
      header: t('State'),
      cell: (row) => {
        if (row.revokedAt) {
          return (
            <span className="tag" data-bad>
              {t('revoked')}
            </span>
          );
        }

        return row.expiresAt && Date.parse(row.expiresAt) < Date.now() ? (
          <span className="tag">{t('expired')}</span>
        ) : (
          <span className="tag" data-good>
            {t('in force')}
          </span>
        );
      },
    },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) =>
        row.revokedAt ? (
          '–'
        ) : (
          <ConfirmButton label={t('Revoke')} question={t('Revoke “{name}”?', { name: row.name })} onConfirm={() => revoke.mutate(row.id)} />
        ),
    },
  ];

  return (
    <Panel title={t('API keys')}>
      <Form label={t('Create an API key')} onSubmit={() => make.mutate(undefined, { onSuccess: () => setName('') })}>
        <TextInput
          size="xs"
          label={t('Name')}
          placeholder={t('Newsletter server')}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label={t('May')} size="xs" value={wanted} onChange={(chosen) => setWanted(chosen as KeyScope[])}>
          <div className="choices">
            {offeredScopes(caller.data?.scopes ?? []).map(({ value, label }) => (
              <Checkbox key={value} size="xs" value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
        {ofNumbers ? (
          <TextInput
            size="xs"
            label={t('Only these domains (optional)')}
            placeholder="shop.example other.example"
            value={domains}
            onChange={(event) => setDomains(event.currentTarget.value)}
          />
        ) : null}
        <TextInput size="xs" type="date" label={t('Last day (optional)')} value={lastDay} onChange={(event) => setLastDay(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={make.isPending} disabled={name.trim() === '' || wanted.length === 0}>
          {t('Make a key')}
        </Button>
      </Form>
      <Problem error={make.error ?? revoke.error} />
      {make.data === undefined ? null : (
        <ShownOnce title={t('The key “{name}” was created.', { name: make.data.stored.name })} secret={make.data.key} />
      )}
      {keys.data === undefined && keys.error ? (
        <Failed what={t('The keys')} error={keys.error} retry={() => void keys.refetch()} />
      ) : (
        <RowTable
          name="keys"
          label={t('API keys')}
          columns={columns}
          rows={keys.data?.items}
          rowKey={(row) => row.id}
          searchBy={(row) => row.name}
          empty={<Empty title={t('There are no keys')} />}
        />
      )}
    </Panel>
  );
}
