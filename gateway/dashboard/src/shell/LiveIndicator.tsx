import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { reconnect, statisticsKey, useConnection } from '../api/live';
import { ago, clockWithSeconds } from '../format/times';
import { Icon } from './Icon';
import { useTimeZone } from './preferences';

// A stream that comes back at once is not worth a banner.
const bannerAfter = 1500;

/** How old the numbers on screen are: the time since the server last answered for them. */
export function LiveIndicator() {
  const connection = useConnection();
  const updatedAt = useOldestUpdate();
  const now = useNow(1000);

  return (
    <p className="live" data-state={connection.state}>
      <span className="live-dot" aria-hidden="true" />
      {connection.state === 'open' ? 'Live' : connection.state === 'lost' ? 'Not live' : 'Connecting'}
      {updatedAt === null ? null : <> · updated {ago(now - updatedAt)}</>}
    </p>
  );
}

export function ConnectionBanner() {
  const connection = useConnection();
  const updatedAt = useOldestUpdate();
  const now = useNow(1000);
  const zone = useTimeZone();

  const lost = connection.state === 'lost' && now - connection.since >= bannerAfter;
  if (!lost) {
    return <div role="alert" />;
  }

  const wait = Math.max(0, Math.ceil((connection.nextTry - now) / 1000));

  return (
    <div role="alert" className="banner">
      <Icon name="warning" />
      <span>
        <b>The connection to the server is lost.</b>{' '}
        {updatedAt === null ? '' : `The numbers are from ${clockWithSeconds(updatedAt, zone)} and are not being updated. `}
        <span aria-hidden="true">{wait === 0 ? 'Trying again …' : `Trying again in ${wait} s.`}</span>
      </span>
      <Button size="xs" variant="default" onClick={reconnect}>
        Try now
      </Button>
    </div>
  );
}

/** The oldest of the answers on screen: the page is only as fresh as its stalest part. */
function useOldestUpdate(): number | null {
  const cache = useQueryClient().getQueryCache();

  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      const times = cache
        .findAll({ queryKey: [statisticsKey], type: 'active' })
        .map((query) => query.state.dataUpdatedAt)
        .filter((time) => time > 0);

      return times.length === 0 ? null : Math.min(...times);
    },
  );
}

function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), every);

    return () => window.clearInterval(timer);
  }, [every]);

  return now;
}
