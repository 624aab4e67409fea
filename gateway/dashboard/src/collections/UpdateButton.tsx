import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { statisticsKey } from '../api/live';
import type { CollectionRun } from '../api/types';
import { count, counted } from '../format/numbers';
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
        Update
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

/** "Reading: 1 of 2 hosts, 12,345 lines", "Done: 1,204 deliveries from 2 hosts" */
export function outcome(run: CollectionRun | undefined): string {
  if (run === undefined) {
    return '';
  }

  const { hosts, state } = run;
  const ended = hosts.filter((host) => host.state === 'done' || host.state === 'failed').length;
  switch (state) {
    case 'waiting':
      return `Waiting for ${counted(hosts.length, 'host')}`;
    case 'running':
      return `Reading: ${count(ended)} of ${counted(hosts.length, 'host')} done, ${counted(run.lines, 'line')}`;
    case 'failed':
      return hosts
        .filter((host) => host.state === 'failed')
        .map((host) => `Failed on ${host.host}: ${host.error ?? 'no reason given'}`)
        .join(' · ');
    default:
      return hosts.length === 0
        ? 'Up to date. No collector runs, so there was no log to read.'
        : `Done: ${counted(run.deliveries, 'event')} from ${counted(hosts.length, 'host')}`;
  }
}
