import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CollectionSettings, HostCollectionSettings } from '../api/types';
import { collectionsQuery } from '../collections/collectionQueries';
import { t } from '../language/language';
import { Empty, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { chosen, intervalLabel, intervalOf, intervals, useSettingsChange } from './collectionSettings';
import { ConfirmButton, Form, Problem } from './parts';

const off = 'off';

/** The hosts that are collected otherwise than the rest. */
export function HostSettings({ saved, mayChange }: { saved: CollectionSettings; mayChange: boolean }) {
  const set = useSettingsChange();
  const remove = useSettingsChange();
  const own = saved.hosts ?? [];

  const columns: Column<HostCollectionSettings>[] = [
    { key: 'host', header: t('Host'), csv: (row) => row.host ?? '', cell: (row) => row.host },
    { key: 'enabled', header: t('Collection'), fixed: true, csv: enabledOf, cell: enabledOf },
    { key: 'interval', header: t('Interval'), csv: howOften, cell: howOften },
  ];
  if (mayChange) {
    columns.push({
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <ConfirmButton
          label={t('Remove')}
          question={t('Treat {host} as the others?', { host: row.host ?? '' })}
          onConfirm={() => remove.mutate((now) => ({ ...now, hosts: without(now, row.host) }))}
        />
      ),
    });
  }

  return (
    <Panel title={t('Hosts with their own settings')} aside={<CsvButton name="hosts" columns={columns} rows={own} />}>
      {mayChange ? (
        <HostForm own={own} busy={set.isPending} onSet={(host) => set.mutate((now) => ({ ...now, hosts: [...without(now, host.host), host] }))} />
      ) : null}
      <Problem error={set.error ?? remove.error} />
      <DataTable
        label={t('Hosts with their own settings')}
        columns={columns}
        rows={own}
        rowKey={(row) => row.host ?? ''}
        empty={<Empty title={t('No host has its own setting')}>{t('All are collected as set above.')}</Empty>}
      />
    </Panel>
  );
}

const enabledOf = (row: HostCollectionSettings): string => (row.enabled ? t('On') : t('Off'));

const howOften = (row: HostCollectionSettings): string => (row.enabled ? intervalLabel(row) : t('When Update is clicked'));

const without = (settings: CollectionSettings, host: string | undefined): HostCollectionSettings[] =>
  (settings.hosts ?? []).filter((row) => row.host !== host);

function HostForm({ own, busy, onSet }: {
  own: HostCollectionSettings[];
  busy: boolean;
  onSet: (host: HostCollectionSettings) => void;
}) {
  const collections = useQuery(collectionsQuery());
  const [picked, setPicked] = useState('');
  const [choice, setChoice] = useState(off);
  const heardOf = collections.data?.hosts.map(({ host }) => host) ?? [];
  const hosts = [...new Set([...heardOf, ...own.map((row) => row.host ?? '')])].sort();
  const host = hosts.includes(picked) ? picked : hosts[0];

  if (host === undefined) {
    return null;
  }

  const pick = (name: string): void => {
    setPicked(name);
    const before = own.find((row) => row.host === name);
    if (before !== undefined) {
      setChoice(before.enabled ? chosen(before) : off);
    }
  };

  const submit = (): void => {
    const before = own.find((row) => row.host === host);
    onSet({ host, enabled: choice !== off, ...intervalOf(choice === off ? chosen(before ?? {}) : choice, before) });
  };

  return (
    <Form label={t('A host’s own setting')} onSubmit={submit}>
      <NativeSelect size="xs" label={t('Host')} data={hosts} value={host} onChange={(event) => pick(event.currentTarget.value)} />
      <NativeSelect
        size="xs"
        label={t('Collect from it')}
        data={[{ value: off, label: t('Only when Update is clicked') }, ...intervals]}
        value={choice}
        onChange={(event) => setChoice(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" loading={busy}>
        {t('Set for this host')}
      </Button>
    </Form>
  );
}
