import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { UserView } from '../api/types';
import { day } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem } from './parts';

type Role = 'viewer' | 'administrator';

const usersQuery = () => administration('users', (signal) => answer(api.GET('/v1/admin/users', { signal })));

const roleNames: Record<string, string> = { viewer: t('Viewer: reads'), administrator: t('Administrator: reads and changes settings') };

/** Who signs in through the authority, and what each may do here. */
export default function UserSettings() {
  const zone = useTimeZone();
  const users = useQuery(usersQuery());
  const [form, setForm] = useState({ subject: '', name: '', role: 'viewer' as Role });
  const save = useChange(({ subject, name, role }: typeof form) =>
    answer(api.PUT('/v1/admin/users/{subject}', { params: { path: { subject: subject.trim() } }, body: { name: name.trim(), role } })),
  );
  // Read anew, so that a change is one of what stands and not of what the list held.
  const open = useMutation({ mutationFn: (subject: string) => answer(api.GET('/v1/admin/users/{subject}', { params: { path: { subject } } })) });
  const remove = useChange((subject: string) => answer(api.DELETE('/v1/admin/users/{subject}', { params: { path: { subject } } })));

  const columns: Column<UserView>[] = [
    { key: 'name', header: t('Name'), csv: (row) => row.name, cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'subject', header: t('Subject'), csv: (row) => row.subject, cell: (row) => <code>{row.subject}</code> },
    { key: 'role', header: t('Role'), csv: (row) => row.role, cell: (row) => roleNames[row.role] ?? row.role },
    { key: 'createdAt', header: t('Since'), fixed: true, csv: (row) => row.createdAt, cell: (row) => day(row.createdAt, zone) },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <span className="panel-tools">
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              open.mutate(row.subject, {
                onSuccess: ({ subject, name, role }) => setForm({ subject, name, role: role === 'administrator' ? 'administrator' : 'viewer' }),
              })
            }
          >
            {t('Change')}
          </Button>
          <ConfirmButton label={t('Remove')} question={t('Take the role of {name} away?', { name: row.name })} onConfirm={() => remove.mutate(row.subject)} />
        </span>
      ),
    },
  ];

  return (
    <Panel title={t('Users and roles')}>
      <p className="muted">
        {t('Who a user is says the authority that they sign in at; what they may do stands here, beside the scopes of their tokens. ' +
          'It holds from their next request on.')}
      </p>
      <Form label={t('Give a user a role')} onSubmit={() => save.mutate(form, { onSuccess: () => setForm({ subject: '', name: '', role: 'viewer' }) })}>
        <TextInput
          size="xs"
          label={t('Subject (the token’s “sub”)')}
          placeholder="ann"
          maxLength={255}
          value={form.subject}
          onChange={(event) => setForm({ ...form, subject: event.currentTarget.value })}
        />
        <TextInput size="xs" label={t('Name')} maxLength={200} value={form.name} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} />
        <NativeSelect
          size="xs"
          label={t('Role')}
          data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
          value={form.role}
          onChange={(event) => setForm({ ...form, role: event.currentTarget.value === 'administrator' ? 'administrator' : 'viewer' })}
        />
        <Button type="submit" size="xs" loading={save.isPending} disabled={form.subject.trim() === '' || form.name.trim() === ''}>
          {t('Save')}
        </Button>
      </Form>
      <Problem error={save.error ?? open.error ?? remove.error} />
      {users.data === undefined && users.error ? (
        <Failed what={t('The users')} error={users.error} retry={() => void users.refetch()} />
      ) : (
        <RowTable
          name="users"
          label={t('Users and roles')}
          columns={columns}
          rows={users.data?.items}
          rowKey={(row) => row.subject}
          searchBy={(row) => `${row.name} ${row.subject}`}
          empty={<Empty title={t('No user has a role here')}>{t('Tokens of the authority may still hold scopes of their own.')}</Empty>}
        />
      )}
    </Panel>
  );
}
