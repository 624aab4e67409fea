import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { statisticsKey } from '../api/live';
import type { CollectionRun } from '../api/types';
import { count } from '../format/numbers';
import { t, tn } from '../language/language';
import { Icon } from '../shell/Icon';
import { collectionsQuery, isRunning, useUpdate } from './collectionQueries';

/** Reads the mail servers' logs now, and says how far it is and what came of it. */
export function UpdateButton() {
  const queries = useQueryClient();
  const update = useUpdate();
  const collections = useQuery(collectionsQuery());
  // What others asked for earlier is no answer to this click.
  const [mine, setMine] = useState<string | null>(null);
  const latest = collections.data?.items[0];
  const run = collections.data?.items.find(({ id }) => id === mine);
  const busy = update.isPending || isRunning(run ?? latest);

  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy) {
      void queries.invalidateQueries({ queryKey: [statisticsKey] });
    }
    wasBusy.current = busy;
  }, [busy, queries]);

  return (
    <div className="update">
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="refresh" size={14} />}
        aria-disabled={busy}
        onClick={() => {
          if (!busy) {
            update.mutate(undefined, { onSuccess: (made) => setMine(made.id) });
          }
        }}
      >
        {t('Update')}
      </Button>
      <span role="status" className="update-text">
        {update.error ? (
          <span className="error-text">{update.error.message}</span>
        ) : run !== undefined || isRunning(latest) ? (
          outcome(run ?? latest)
        ) : null}
      </span>
    </div>
  );
}

/** "Reading: 1 of 2 hosts done, 12,345 lines", "Done: 1,204 events from 2 hosts" */
export function outcome(run: CollectionRun | undefined): string {
  if (run === undefined) {
    return '';
  }

  const { hosts, state } = run;
  const ended = hosts.filter((host) => host.state === 'done' || host.state === 'failed').length;
  switch (state) {
    case 'waiting':
      return tn(hosts.length, 'Waiting for {n} host|Waiting for {n} hosts');
    case 'running':
      return t('Reading: {ended} of {hosts} done, {lines}', {
        ended: count(ended), hosts: tn(hosts.length, '{n} host|{n} hosts'), lines: tn(run.lines, '{n} line|{n} lines'),
      });
    case 'failed':
      return hosts
        .filter((host) => host.state === 'failed')
        .map(({ host, error }) => t('Failed on {host}: {why}', { host, why: error ?? t('no reason given') }))
        .join(' · ');
    default:
      return hosts.length === 0
        ? t('Up to date. No collector runs, so there was no log to read.')
        : t('Done: {events} from {hosts}', { events: tn(run.deliveries, '{n} event|{n} events'), hosts: tn(hosts.length, '{n} host|{n} hosts') });
  }
}
