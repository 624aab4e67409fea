import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer } from 'react';
import { lastHeard, reconnect, statisticsKey, useConnection } from '../api/live';
import { isCurrent } from '../api/refresh';
import { clockWithSeconds, duration } from '../format/times';
import { t } from '../language/language';
import { followOtherTab, stayAsBefore, useSignedInElsewhere } from '../session/session';
import { Icon } from './Icon';
import { useTimeZone } from './preferences';

// A stream that comes back at once is not worth a banner.
const bannerAfter = 1500;
// Numbers older than this are not called live.
const staleAfter = 15_000;

/** Whether what is on screen is what the server has: green, amber when it is older than 15 seconds, hollow without a connection. */
export function LiveIndicator() {
  const connection = useConnection();
  const age = useAge();
  const state = connection.state === 'open' ? (age !== null && age > staleAfter ? 'stale' : 'open') : connection.state;

  return (
    <p className="live" data-state={state} role="status">
      <span className="live-dot" aria-hidden="true" />
      <span>{state === 'open' ? t('Live') : state === 'lost' ? t('Not live') : state === 'stale' ? t('Late') : t('Connecting')}</span>
      {age !== null && (state === 'stale' || state === 'lost') ? <span>{t('numbers {age} old', { age: duration(age) })}</span> : null}
    </p>
  );
}

export function Banners() {
  return (
    <>
      <ConnectionBanner />
      <OtherTabBanner />
    </>
  );
}

function ConnectionBanner() {
  const connection = useConnection();
  const age = useAge();
  const zone = useTimeZone();
  const now = Date.now();

  const lost = connection.state === 'lost' && now - connection.since >= bannerAfter;
  if (!lost) {
    return <div role="alert" />;
  }

  const wait = Math.max(0, Math.ceil((connection.nextTry - now) / 1000));

  return (
    <div role="alert" className="banner">
      <Icon name="warning" />
      <span>
        <b>{navigator.onLine ? t('The connection to the server is lost.') : t('You are offline.')}</b>{' '}
        {age === null ? '' : t('The numbers are from {time} and are not being updated.', { time: clockWithSeconds(now - age, zone) })}{' '}
        <span aria-hidden="true">{wait === 0 ? t('Trying again …') : t('Trying again in {seconds} s.', { seconds: wait })}</span>
      </span>
      <Button size="xs" variant="default" onClick={reconnect}>
        {t('Try now')}
      </Button>
    </div>
  );
}

/** Another tab has signed in as somebody else: this page stays whose it was, and says so. */
function OtherTabBanner() {
  if (!useSignedInElsewhere()) {
    return null;
  }

  return (
    <div role="alert" className="banner calm">
      <Icon name="warning" />
      <span>
        <b>{t('Another tab has signed in with another key.')}</b> {t('This tab still shows the tenant named above.')}
      </span>
      <Button size="xs" variant="default" onClick={followOtherTab}>
        {t('Use that key here, too')}
      </Button>
      <Button size="xs" variant="default" onClick={stayAsBefore}>
        {t('Keep this one')}
      </Button>
    </div>
  );
}

/**
 * How old the stalest part of the page is, in milliseconds; null while there is none. A part that knows of every change is as
 * fresh as the server's last word, be it only that nothing has changed.
 */
function useAge(): number | null {
  const cache = useQueryClient().getQueryCache();
  useTick(1000);
  const now = Date.now();
  const ages = cache
    .findAll({ queryKey: [statisticsKey], type: 'active' })
    .filter((query) => query.state.dataUpdatedAt > 0)
    .map((query) => now - (isCurrent(query) ? Math.max(lastHeard(), query.state.dataUpdatedAt) : query.state.dataUpdatedAt));

  return ages.length === 0 ? null : Math.max(0, ...ages);
}

function useTick(every: number): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = window.setInterval(tick, every);

    return () => window.clearInterval(timer);
  }, [every]);
}
