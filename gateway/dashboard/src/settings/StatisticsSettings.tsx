import { Button, NativeSelect, Skeleton, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callerQuery } from '../api/queries';
import type { CollectionRun, CollectionSettings } from '../api/types';
import { collectionsQuery } from '../collections/collectionQueries';
import { outcome, UpdateButton } from '../collections/UpdateButton';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { chosen, intervalLabel, intervalOf, intervals, settingsQuery, useSettingsChange } from './collectionSettings';
import { HostSettings } from './HostSettings';
import { Problem, Saved, Setting } from './parts';

export function StatisticsSettings() {
  const settings = useQuery(settingsQuery());
  const caller = useQuery(callerQuery());
  const save = useSettingsChange();
  const mayChange = caller.data?.scopes.includes('admin') === true;

  return (
    <>
      <section className="panel" aria-label={t('Statistics collection')}>
        {settings.data !== undefined && caller.data !== undefined ? (
          // A new form where another was saved elsewhere.
          <CollectionForm key={JSON.stringify({ ...settings.data, hosts: [] })} saved={settings.data} save={save} mayChange={mayChange} />
        ) : settings.error ? (
          <Failed what={t('The collection settings')} error={settings.error} retry={() => void settings.refetch()} />
        ) : (
          <div className="setting" role="status" aria-label={t('Loading {what}', { what: t('the settings') })}>
            <Skeleton height={160} />
          </div>
        )}
      </section>
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
  const wasEnabled = saved.enabled ?? true;
  // What waits to be saved is never called saved, whatever was saved before.
  const changed = enabled !== wasEnabled || interval !== chosen(saved);

  const undo = (): void => {
    setEnabled(wasEnabled);
    setInterval(chosen(saved));
  };

  return (
    <form
      aria-label={t('Statistics collection')}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate((now) => ({ ...now, enabled, ...intervalOf(interval, now) }));
      }}
    >
      <Setting
        name={t('Enable statistics collection')}
        text={t('Off: nothing is read by itself; the Update button of the statistics view refreshes the data.')}
        of="collection-enabled"
      >
        <Switch
          id="collection-enabled"
          label={enabled ? t('On') : t('Off')}
          aria-label={t('Enable statistics collection')}
          checked={enabled}
          disabled={!mayChange}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
      </Setting>
      <Setting
        name={t('Update the statistics')}
        text={t('How often the mail servers’ logs are read. Continuously is what most want: a bounce shows within a second.')}
        of="collection-interval"
      >
        <NativeSelect
          id="collection-interval"
          size="xs"
          w={240}
          data={intervals}
          value={interval}
          disabled={!mayChange || !enabled}
          onChange={(event) => setInterval(event.currentTarget.value)}
        />
      </Setting>
      <div className="save-bar">
        {mayChange ? (
          <>
            <span>
              {changed
                ? t('Not saved: {before} → {after}', {
                    before: wasEnabled ? intervalLabel(saved) : t('Off'),
                    after: enabled ? (intervals.find(({ value }) => value === interval)?.label ?? '') : t('Off'),
                  })
                : null}
              <Saved when={save.isSuccess && !changed} />
            </span>
            <Button size="xs" variant="default" disabled={!changed || save.isPending} onClick={undo}>
              {t('Undo')}
            </Button>
            <Button type="submit" size="xs" loading={save.isPending}>
              {t('Save')}
            </Button>
          </>
        ) : (
          <p className="muted">{t('Only an administrator may change this.')}</p>
        )}
      </div>
      <Problem error={save.error} />
    </form>
  );
}

function Collections() {
  const collections = useQuery(collectionsQuery());
  const zone = useTimeZone();
  const hosts = collections.data?.hosts ?? [];
  const columns: Column<CollectionRun>[] = [
    {
      key: 'requestedAt',
      header: t('Time'),
      fixed: true,
      csv: (run) => run.requestedAt,
      cell: (run) => <time dateTime={run.requestedAt}>{moment(run.requestedAt, zone)}</time>,
    },
    { key: 'scheduled', header: t('Started by'), csv: (run) => startedBy(run), cell: startedBy },
    { key: 'outcome', header: t('Outcome'), csv: outcome, cell: outcome, block: true },
    { key: 'lines', header: t('Lines read'), numeric: true, csv: (run) => run.lines, cell: (run) => count(run.lines) },
    { key: 'deliveries', header: t('Events taken'), numeric: true, csv: (run) => run.deliveries, cell: (run) => count(run.deliveries) },
  ];

  return (
    <Panel
      title={t('Last collections')}
      aside={
        <>
          <CsvButton name="collections" columns={columns} rows={collections.data?.items} />
          <UpdateButton />
        </>
      }
    >
      {collections.data === undefined && collections.error ? (
        <Failed what={t('The collections')} error={collections.error} retry={() => void collections.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Last collections')}
            columns={columns}
            rows={collections.data?.items}
            rowKey={(run) => run.id}
            empty={
              <Empty title={t('Nothing has been collected yet')}>
                {t('Start a collector on the mail server:')}{' '}
                <code>{`MailStats.Collector follow --format postfix --url ${window.location.origin} --key … /var/log/mail.log`}</code>
              </Empty>
            }
          />
          {hosts.length === 0 ? null : (
            <p className="muted">
              {t('Collectors: {hosts}', { hosts: hosts.map(({ host, seenAt }) => t('{host} (heard of {time})', { host, time: moment(seenAt,
                zone) })).join(', ') })}
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

const startedBy = (run: CollectionRun): string => (run.scheduled ? t('Schedule') : t('Update button'));
