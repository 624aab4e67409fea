import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { KeyScope, TenantView } from '../api/types';
import { count, percent } from '../format/numbers';
import { day } from '../format/times';
import { t } from '../language/language';
import { ownTimeZone, useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { RowTable } from '../table/RowTable';
import type { Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { Form, Problem, Saved, ShownOnce } from './parts';

const tenantsQuery = () => administration('tenants', (signal) => answer(api.GET('/v1/admin/tenants', { signal })));

/** All tenants: made, given a key and a limit by the operator. */
export default function TenantSettings() {
  const zone = useTimeZone();
  const tenants = useQuery(tenantsQuery());
  const [open, setOpen] = useParam('tenant');
  const [form, setForm] = useState({ id: '', name: '', timeZone: ownTimeZone() });
  const add = useChange(() => answer(api.POST('/v1/admin/tenants', { body: { id: form.id.trim(), name: form.name.trim(), timeZone: form.timeZone.trim() } })));
  const chosen = tenants.data?.items.find(({ id }) => id === open);

  const columns: Column<TenantView>[] = [
    {
      key: 'id',
      header: t('Tenant'),
      sortBy: (row) => row.id,
      cell: (row) => (
        <button type="button" className="as-link" aria-pressed={row.id === open} onClick={() => setOpen(row.id === open ? '' : row.id)}>
          <code>{row.id}</code>
        </button>
      ),
    },
    { key: 'name', header: t('Name'), sortBy: (row) => row.name, cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'timeZone', header: t('Time zone'), sortBy: (row) => row.timeZone, cell: (row) => row.timeZone },
    { key: 'createdAt', header: t('Made'), fixed: true, sortBy: (row) => Date.parse(row.createdAt), csv: (row) => row.createdAt, cell: (row) =>
      day(row.createdAt, zone) },
  ];

  return (
    <>
      <Panel title={t('Tenants')}>
        <Form label={t('Make a tenant')} onSubmit={() => add.mutate(undefined, { onSuccess: ({ id }) => setOpen(id) })}>
          <TextInput size="xs" label={t('Id')} placeholder="shop" maxLength={63} value={form.id} onChange={(event) => setForm({ ...form,
            id: event.currentTarget.value })} />
          <TextInput size="xs" label={t('Name')} placeholder="Shop Ltd." maxLength={200} value={form.name} onChange={(event) => setForm({ ...form,
            name: event.currentTarget.value })} />
          <TextInput size="xs" label={t('Time zone')} value={form.timeZone} onChange={(event) => setForm({ ...form, timeZone: event.currentTarget.value })} />
          <Button type="submit" size="xs" loading={add.isPending} disabled={form.id.trim() === '' || form.name.trim() === ''}>
            {t('Make')}
          </Button>
        </Form>
        <Problem error={add.error} />
        {tenants.data === undefined && tenants.error ? (
          <Failed what={t('The tenants')} error={tenants.error} retry={() => void tenants.refetch()} />
        ) : (
          <RowTable
            name="tenants"
            label={t('Tenants')}
            columns={columns}
            rows={tenants.data?.items}
            rowKey={(row) => row.id}
            searchBy={(row) => `${row.id} ${row.name}`}
            firstSort={{ key: 'id', descending: false }}
            empty={<Empty title={t('There are no tenants')} />}
          />
        )}
      </Panel>
      {chosen === undefined ? null : <OneTenant key={chosen.id} tenant={chosen} />}
    </>
  );
}

function OneTenant({ tenant }: { tenant: TenantView }) {
  const path = { tenant: tenant.id };
  const [name, setName] = useState(tenant.name);
  const [timeZone, setTimeZone] = useState(tenant.timeZone);
  const [keyName, setKeyName] = useState('');
  const [role, setRole] = useState<KeyScope>('admin');
  const [limit, setLimit] = useState('');
  const quotas = useQuery(
    administration(`quotas of ${tenant.id}`, (signal) => answer(api.GET('/v1/admin/tenants/{tenant}/quotas', { params: { path,
      query: { limit: 100 } }, signal }))),
  );
  const save = useChange(() => answer(api.PUT('/v1/admin/tenants/{tenant}', { params: { path }, body: { name: name.trim(), timeZone: timeZone.trim() } })));
  const makeKey = useChange(() =>
    answer(
      api.POST('/v1/admin/tenants/{tenant}/keys', {
        params: { path }, body: { name: keyName.trim(), scopes: role === 'admin' ? ['read', 'admin'] : [role], expiresAt: null },
      }),
    ),
  );
  const setQuota = useChange(() =>
    answer(api.PUT('/v1/admin/tenants/{tenant}/quotas', { params: { path }, body: { limit: Number(limit), window: 'month', temporary: false } })),
  );
  const changed = name !== tenant.name || timeZone !== tenant.timeZone;
  const month = quotas.data?.items.find((quota) => !quota.domain && !quota.mailbox && quota.window !== 'day');

  return (
    <Panel title={t('Tenant {id}', { id: tenant.id })}>
      <Form label={t('Name and time zone')} onSubmit={() => save.mutate(undefined)}>
        <TextInput size="xs" label={t('Name')} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput size="xs" label={t('Time zone')} value={timeZone} onChange={(event) => setTimeZone(event.currentTarget.value)} />
        <Button type="submit" size="xs" loading={save.isPending} disabled={!changed}>
          {t('Save')}
        </Button>
        <Saved when={save.isSuccess && !changed} />
      </Form>
      <Form label={t('Monthly limit')} onSubmit={() => setQuota.mutate(undefined, { onSuccess: () => setLimit('') })}>
        <TextInput
          size="xs"
          label={t('Recipients a month')}
          inputMode="numeric"
          value={limit}
          onChange={(event) => setLimit(event.currentTarget.value.replace(/\D/g, ''))}
        />
        <Button type="submit" size="xs" loading={setQuota.isPending} disabled={limit === ''}>
          {t('Set the limit')}
        </Button>
        <span className="muted">
          {month === undefined || month.limit === null
            ? t('No limit is set.')
            : t('{used} of {limit} used, {percent}', { used: count(month.used + month.reserved), limit: count(month.limit),
              percent: percent(month.percent ?? 100) })}
        </span>
      </Form>
      <Form label={t('Create a key for this tenant')} onSubmit={() => makeKey.mutate(undefined, { onSuccess: () => setKeyName('') })}>
        <TextInput size="xs" label={t('Name of the key')} maxLength={100} value={keyName} onChange={(event) => setKeyName(event.currentTarget.value)} />
        <NativeSelect
          size="xs"
          label={t('May')}
          data={[
            { value: 'admin', label: t('Administer the tenant') },
            { value: 'read', label: t('Read statistics') },
            { value: 'ingest', label: t('Report events') },
          ]}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as KeyScope)}
        />
        <Button type="submit" size="xs" loading={makeKey.isPending} disabled={keyName.trim() === ''}>
          {t('Make a key')}
        </Button>
      </Form>
      <Problem error={save.error ?? setQuota.error ?? makeKey.error} />
      {makeKey.data === undefined ? null : (
        <ShownOnce title={t('The key “{name}” was created.', { name: makeKey.data.stored.name })} secret={makeKey.data.key} />
      )}
    </Panel>
  );
}
