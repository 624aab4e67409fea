import { Button, Checkbox, NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { useMutation, useQuery, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { Quota, QuotaBody, QuotaRules } from '../api/types';
import { count } from '../format/numbers';
import { day } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { Address, Domain } from '../table/Address';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { administration, useChange } from './administrator';
import { ConfirmButton, Form, Problem, Saved } from './parts';
import { QuotaHistory } from './QuotaHistory';

const most = 1000;

const quotasQuery = () =>
  administration('quotas', (signal) => answer(api.GET('/v1/admin/quotas', { params: { query: { limit: most } }, signal })));

export default function QuotaSettings() {
  const quotas = useQuery(quotasQuery());
  const rules = useQuery(administration('quota-settings', (signal) => answer(api.GET('/v1/admin/quotas/settings', { signal }))));
  const save = useChange((body: QuotaRules) => answer(api.PUT('/v1/admin/quotas/settings', { body })));

  const error = (quotas.data === undefined ? quotas.error : null) ?? (rules.data === undefined ? rules.error : null);

  if (error) {
    return (
      <section className="panel">
        <Failed
          what={t('The quotas')}
          error={error}
          retry={() => {
            void quotas.refetch();
            void rules.refetch();
          }}
        />
      </section>
    );
  }

  return (
    <>
      <Limits rows={quotas.data?.items} maySetOwn={quotas.data?.maySetOwnLimit ?? false} />
      <Panel title={t('How quotas are counted')}>
        {quotas.data === undefined || rules.data === undefined ? (
          <div role="status" aria-label={t('Loading {what}', { what: t('the quota settings') })}>
            <Skeleton height={60} />
          </div>
        ) : (
          <Rules key={JSON.stringify(rules.data)} saved={rules.data} mayMoveMonth={quotas.data.maySetOwnLimit} save={save} />
        )}
      </Panel>
      <QuotaHistory />
    </>
  );
}

type Window = 'month' | 'day';

const nothing = { of: '', name: '', limit: '', window: 'month' as Window, temporary: false, tag: '' };

/** What names a limit in a query. */
const named = (quota: Quota): { window: Window; domain?: string; mailbox?: string } => ({
  window: quota.window === 'day' ? 'day' : 'month',
  ...(quota.mailbox ? { mailbox: quota.mailbox } : quota.domain ? { domain: quota.domain } : {}),
});

function Limits({ rows, maySetOwn }: { rows: Quota[] | undefined; maySetOwn: boolean }) {
  const zone = useTimeZone();
  const [form, setForm] = useState(nothing);
  const of = form.of === '' ? (maySetOwn ? 'tenant' : 'domain') : form.of;
  const save = useChange(({ body, tag }: { body: QuotaBody; tag: string }) =>
    answer(api.PUT('/v1/admin/quotas', { body, headers: tag === '' ? {} : { 'If-Match': tag } })),
  );
  // As it is set: the list says what is used of it, and not how its refusals are.
  const open = useMutation({
    mutationFn: async (quota: Quota) => {
      const { data, response } = await api.GET('/v1/admin/quotas/limit', { params: { query: named(quota) } });

      return { ...data, tag: response.headers.get('ETag') ?? '' };
    },
  });
  const remove = useChange((quota: Quota) => answer(api.DELETE('/v1/admin/quotas', { params: { query: named(quota) } })));

  const change = (row: Quota): void =>
    open.mutate(row, {
      onSuccess: ({ limit, temporary, tag }) =>
        setForm({
          of: row.mailbox ? 'mailbox' : row.domain ? 'domain' : 'tenant',
          name: row.mailbox ?? row.domain ?? '',
          limit: String(limit ?? ''),
          window: named(row).window,
          temporary: temporary ?? false,
          tag,
        }),
    });

  const submit = (): void =>
    save.mutate(
      {
        body: {
          limit: /^\d+$/.test(form.limit.trim()) ? Number(form.limit) : null,
          window: form.window,
          temporary: form.temporary,
          ...(of === 'domain' ? { domain: form.name.trim() } : of === 'mailbox' ? { mailbox: form.name.trim() } : {}),
        },
        tag: form.tag,
      },
      { onSuccess: () => setForm(nothing) },
    );

  const columns: Column<Quota>[] = [
    { key: 'scope', header: t('Limit of'), csv: (row) => row.mailbox ?? row.domain ?? '', cell: (row) => (row.mailbox ? <Address value={row.mailbox} />
      : row.domain ? <Domain value={row.domain} /> : t('Everything')) },
    { key: 'window', header: t('In a'), csv: (row) => row.window, cell: (row) => (row.window === 'day' ? t('day') : t('month')) },
    { key: 'used', header: t('Used'), numeric: true, csv: (row) => row.used + row.reserved, cell: (row) => count(row.used + row.reserved) },
    { key: 'limit', header: t('Limit'), numeric: true, csv: (row) => row.limit, cell: (row) => (row.limit === null ? t('none') : count(row.limit)) },
    {
      key: 'level',
      header: t('State'),
      cell: (row) => (
        <span
          className="tag"
          data-good={row.level === 'blue' || undefined}
          data-soft={row.level === 'orange' || undefined}
          data-bad={row.level === 'red' || undefined}
        >
          {row.blocked ? t('reached') : row.level === 'orange' ? t('more than 80%') : t('in order')}
        </span>
      ),
    },
    { key: 'resetsAt', header: t('Resets'), csv: (row) => row.resetsAt, fixed: true, cell: (row) => day(row.resetsAt, zone) },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) =>
        !maySetOwn && !row.domain ? (
          <span className="muted">{t('set by the operator')}</span>
        ) : (
          <span className="panel-tools">
            <Button size="compact-xs" variant="default" loading={open.isPending && open.variables === row} onClick={() => change(row)}>
              {t('Change')}
            </Button>
            <ConfirmButton label={t('Remove')} question={t('Remove this limit?')} onConfirm={() => remove.mutate(row)} />
          </span>
        ),
    },
  ];

  return (
    <Panel title={t('Limits')}>
      <Form label={t('Set a limit')} onSubmit={submit}>
        <NativeSelect
          size="xs"
          label={t('Limit of')}
          data={[
            ...(maySetOwn ? [{ value: 'tenant', label: t('Everything') }] : []),
            { value: 'domain', label: t('A domain') },
            { value: 'mailbox', label: t('A mailbox') },
          ]}
          value={of}
          onChange={(event) => setForm({ ...form, of: event.currentTarget.value, tag: '' })}
        />
        {of === 'tenant' ? null : (
          <TextInput
            size="xs"
            label={of === 'domain' ? t('Domain') : t('Mailbox')}
            placeholder={of === 'domain' ? 'shop.example' : 'news@shop.example'}
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.currentTarget.value, tag: '' })}
          />
        )}
        <TextInput
          size="xs"
          label={t('Recipients')}
          inputMode="numeric"
          value={form.limit}
          onChange={(event) => setForm({ ...form, limit: event.currentTarget.value.replace(/\D/g, '') })}
        />
        <NativeSelect
          size="xs"
          label={t('In a')}
          data={[
            { value: 'month', label: t('month') },
            { value: 'day', label: t('day') },
          ]}
          value={form.window}
          onChange={(event) => setForm({ ...form, window: event.currentTarget.value === 'day' ? 'day' : 'month', tag: '' })}
        />
        <Checkbox
          size="xs"
          label={t('Tell senders to try again later')}
          checked={form.temporary}
          onChange={(event) => setForm({ ...form, temporary: event.currentTarget.checked })}
        />
        <Button type="submit" size="xs" loading={save.isPending} disabled={form.limit.trim() === '' || (of !== 'tenant' && form.name.trim() === '')}>
          {t('Set the limit')}
        </Button>
        <Saved when={save.isSuccess && form === nothing} />
      </Form>
      <Problem error={save.error ?? open.error ?? remove.error} />
      {rows === undefined || maySetOwn ? null : (
        <p className="muted">{t('The operator of this installation sets the total. Here you divide it among domains and mailboxes.')}</p>
      )}
      <RowTable
        name="limits"
        label={t('Limits')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.domain} ${row.mailbox} ${row.window}`}
        searchBy={(row) => row.mailbox ?? row.domain ?? ''}
        empty={<Empty title={t('No limit is set')}>{t('Mail is counted, and nothing is blocked.')}</Empty>}
      />
    </Panel>
  );
}

function Rules({ saved, mayMoveMonth, save }: { saved: QuotaRules; mayMoveMonth: boolean; save: UseMutationResult<QuotaRules, Error, QuotaRules> }) {
  const [anchorDay, setAnchorDay] = useState(String(saved.anchorDay ?? 1));
  const [thresholds, setThresholds] = useState((saved.thresholds ?? []).join(', '));
  const changed = anchorDay !== String(saved.anchorDay ?? 1) || thresholds !== (saved.thresholds ?? []).join(', ');

  return (
    <>
      <Form
        label={t('How quotas are counted')}
        onSubmit={() =>
          save.mutate({
            anchorDay: Number(anchorDay),
            timeZone: saved.timeZone ?? null,
            thresholds: thresholds.split(/[\s,;]+/).filter(Boolean).map(Number),
          })
        }
      >
        <NativeSelect
          size="xs"
          label={t('The month begins on day')}
          data={Array.from({ length: 31 }, (_, index) => String(index + 1))}
          value={anchorDay}
          disabled={!mayMoveMonth}
          description={mayMoveMonth ? undefined : t('Set by the operator')}
          onChange={(event) => setAnchorDay(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={t('Notices at (percent)')}
          value={thresholds}
          onChange={(event) => setThresholds(event.currentTarget.value.replace(/[^\d,; ]/g, ''))}
        />
        <Button type="submit" size="xs" loading={save.isPending}>
          {t('Save')}
        </Button>
        <Saved when={save.isSuccess && !changed} />
      </Form>
      <p className="muted">
        {t('Days begin at midnight in {zone}. In shorter months the last day counts.', { zone: saved.timeZone ?? t('the tenant’s time zone') })}
      </p>
      <Problem error={save.error} />
    </>
  );
}
