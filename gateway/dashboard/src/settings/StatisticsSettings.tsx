import { Button, NativeSelect, Skeleton, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CollectionRun, CollectionSettings } from '../api/types';
import { collectionsQuery } from '../collections/collectionQueries';
import { outcome, UpdateButton } from '../collections/UpdateButton';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { chosen, intervalOf, intervals, settingsQuery, useSettingsChange } from './collectionSettings';
import { HostSettings } from './HostSettings';
import { Problem, Saved } from './parts';

export function StatisticsSettings({ mayChange }: { mayChange: boolean }) {
  const settings = useQuery(settingsQuery());
  const save = useSettingsChange();

  return (
    <>
      <Panel title="Statistics collection">
        {settings.data !== undefined ? (
          // A new form where another was saved elsewhere.
          <CollectionForm key={JSON.stringify({ ...settings.data, hosts: [] })} saved={settings.data} save={save} mayChange={mayChange} />
        ) : settings.error ? (
          <Failed what="The collection settings" error={settings.error} retry={() => void settings.refetch()} />
        ) : (
          <div role="status" aria-label="Loading the collection settings">
            <Skeleton height={118} />
          </div>
        )}
      </Panel>
      {settings.data === undefined ? null : <HostSettings saved={settings.data} mayChange={mayChange} />}
      <Collections />
    </>
  );
}

function CollectionForm({ saved, save, mayChange }: {
  saved: CollectionSettings;
  save: ReturnType<typeof useSettingsChange>;
  mayChange: boolean;
}) {
  const [enabled, setEnabled] = useState(saved.enabled ?? true);
  const [interval, setInterval] = useState(chosen(saved));

  const submit = (): void => save.mutate((now) => ({ ...now, enabled, ...intervalOf(interval, now) }));

  return (
    <form
      className="settings-form"
      aria-label="Statistics collection"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Switch
        label="Enable statistics collection"
        description="Collectors read the mail servers' logs automatically. When this is off, click Update to read them."
        checked={enabled}
        disabled={!mayChange}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
      <NativeSelect
        size="xs"
        label="Update the statistics"
        className="setting"
        data={intervals}
        value={interval}
        disabled={!mayChange || !enabled}
        onChange={(event) => setInterval(event.currentTarget.value)}
      />
      {mayChange ? (
        <div className="panel-tools">
          <Button type="submit" size="xs" loading={save.isPending}>
            Save
          </Button>
          <Saved when={save.isSuccess} />
        </div>
      ) : (
        <p className="muted">Only an administrator may change this.</p>
      )}
      <Problem error={save.error} />
    </form>
  );
}

function Collections() {
  const collections = useQuery(collectionsQuery());
  const zone = useTimeZone();
  const hosts = collections.data?.hosts ?? [];
  const columns: Column<CollectionRun>[] = [
    { key: 'requestedAt', header: 'Time', fixed: true, cell: (run) => <time dateTime={run.requestedAt}>{moment(run.requestedAt, zone)}</time> },
    { key: 'scheduled', header: 'Started by', cell: (run) => (run.scheduled ? 'Schedule' : 'Update button') },
    { key: 'outcome', header: 'Outcome', cell: outcome },
    { key: 'lines', header: 'Lines read', numeric: true, cell: (run) => count(run.lines) },
    { key: 'deliveries', header: 'Events taken', numeric: true, cell: (run) => count(run.deliveries) },
  ];

  return (
    <Panel title="Last collections" aside={<UpdateButton />}>
      {collections.data === undefined && collections.error ? (
        <Failed what="The collections" error={collections.error} retry={() => void collections.refetch()} />
      ) : (
        <>
          <DataTable
            label="Last collections"
            columns={columns}
            rows={collections.data?.items}
            rowKey={(run) => run.id}
            empty={
              <Empty title="Nothing has been collected yet">
                Start a collector on the mail server:{' '}
                <code>dotnet run --project services/Collector -- follow --format postfix --url … --key … /var/log/mail.log</code>
              </Empty>
            }
          />
          {hosts.length === 0 ? null : (
            <p className="muted hosts">
              Collectors: {hosts.map(({ host, seenAt }) => `${host} (heard of ${moment(seenAt, zone)})`).join(', ')}
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

