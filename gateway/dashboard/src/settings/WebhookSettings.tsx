import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { WebhookProvider, WebhookSource } from '../api/types';
import { day } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { administration, useChange } from './administrator';
import { Form, Problem } from './parts';
import { WebhookSourcePanel } from './WebhookSourcePanel';

const sourcesQuery = () => administration('webhook-sources', (signal) => answer(api.GET('/v1/admin/webhook-sources', { signal })));

const providers: WebhookProvider[] = ['ses', 'sendgrid', 'mailgun', 'postmark', 'sparkpost', 'kumomta', 'postal', 'stalwart'];

/** Addresses that providers post their events to. */
export default function WebhookSettings() {
  const zone = useTimeZone();
  const sources = useQuery(sourcesQuery());
  const [open, setOpen] = useParam('source');
  const [form, setForm] = useState({ provider: 'ses' as WebhookProvider, name: '', secret: '', sender: '' });
  const add = useChange(() =>
    answer(
      api.POST('/v1/admin/webhook-sources', {
        body: { provider: form.provider, name: form.name.trim(), secret: form.secret.trim() || null, sender: form.sender.trim() || null },
      }),
    ),
  );
  const chosen = sources.data?.items.find(({ id }) => id === open);

  const columns: Column<WebhookSource>[] = [
    {
      key: 'name',
      header: t('Source'),
      csv: (row) => row.name,
      cell: (row) => (
        <button type="button" className="as-link" aria-pressed={row.id === open} onClick={() => setOpen(row.id === open ? '' : row.id)}>
          {row.provider}/<bdi>{row.name}</bdi>
        </button>
      ),
    },
    {
      key: 'url',
      header: t('Address for the provider'),
      block: true,
      csv: (row) => row.url,
      cell: (row) => (
        <>
          <code>{row.url}</code> <Copy value={row.url} what={t('the address')} />
        </>
      ),
    },
    { key: 'sender', header: t('Sender'), csv: (row) => row.sender, cell: (row) => row.sender ?? '–' },
    { key: 'createdAt', header: t('Made'), fixed: true, csv: (row) => row.createdAt, cell: (row) => day(row.createdAt, zone) },
  ];

  return (
    <>
      <Panel title={t('Webhooks of providers')} aside={<CsvButton name="webhook-sources" columns={columns} rows={sources.data?.items} />}>
        <Form
          label={t('Add a source')}
          onSubmit={() => add.mutate(undefined, { onSuccess: ({ id }) => { setForm({ ...form, name: '', secret: '' }); setOpen(id); } })}
        >
          <NativeSelect
            size="xs"
            label={t('Provider')}
            data={providers}
            value={form.provider}
            onChange={(event) => setForm({ ...form, provider: event.currentTarget.value as WebhookProvider })}
          />
          <TextInput size="xs" label={t('Name')} placeholder="newsletter" maxLength={40} value={form.name} onChange={(event) => setForm({ ...form,
            name: event.currentTarget.value })} />
          <TextInput
            size="xs"
            className="search"
            label={t('Secret that proves its posts')}
            value={form.secret}
            autoComplete="off"
            onChange={(event) => setForm({ ...form, secret: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={t('Sender where it tells none')}
            placeholder="news@shop.example"
            value={form.sender}
            onChange={(event) => setForm({ ...form, sender: event.currentTarget.value })}
          />
          <Button type="submit" size="xs" loading={add.isPending} disabled={form.name.trim() === ''}>
            {t('Add')}
          </Button>
        </Form>
        <Problem error={add.error} />
        {sources.data === undefined && sources.error ? (
          <Failed what={t('The sources')} error={sources.error} retry={() => void sources.refetch()} />
        ) : (
          <DataTable
            label={t('Webhooks of providers')}
            columns={columns}
            rows={sources.data?.items}
            rowKey={(row) => row.id}
            empty={<Empty title={t('No provider reports here yet')}>{t('Add a source, then give its address to the provider.')}</Empty>}
          />
        )}
      </Panel>
      {chosen === undefined ? null : <WebhookSourcePanel key={chosen.id} source={chosen} onRemoved={() => setOpen('')} />}
    </>
  );
}
