import { useQuery } from '@tanstack/react-query';
import { attemptsQuery, type AttemptFilter, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { AttemptPoint, Overview } from '../api/types';
import { periodQuery } from '../period/period';

const day = 86_400_000;

export type Trends = {
  period: Overview['period'] | undefined;
  interval: string | undefined;
  now: AttemptPoint[] | undefined;
  before: AttemptPoint[] | undefined;
  error: Error | null;
  refetch: () => void;
  at: number;
  stale: boolean;
};

/** Attempts of the period, and of the one before over a span of the same length. */
export function useTrends(scope: Scope, by: NonNullable<AttemptFilter['by']>, provider: string | undefined, limit?: number): Trends {
  const { period, timeZone, domain } = scope;
  const place = {
    timeZone, by, ...(domain === undefined ? {} : { domain }), ...(provider === undefined ? {} : { provider }), ...(limit === undefined ? {} : { limit }),
  };
  const interval = daysOf(period) <= 8 ? 'hour' : 'day';
  const now = useQuery(attemptsQuery({ ...periodQuery(period), ...place, interval }));
  const told = now.data?.period;
  const before = useQuery({
    ...attemptsQuery({
      ...place, interval, ...(told === undefined ? {} : { from: instant(told.previousFrom), to: instant(told.previousTo) }),
    }),
    enabled: told !== undefined && Date.parse(told.previousTo) > Date.parse(told.previousFrom),
  });

  return {
    period: told,
    interval: now.data?.interval,
    now: now.data?.points,
    before: before.data?.points,
    error: now.error ?? before.error,
    refetch: () => {
      void now.refetch();
      void before.refetch();
    },
    at: asOf(now),
    stale: now.isPlaceholderData || before.isPlaceholderData,
  };
}

// The API takes instants on a quarter hour.
const instant = (time: string): string => new Date(Math.floor(Date.parse(time) / 900_000) * 900_000).toISOString();

function daysOf(period: Scope['period']): number {
  if ('preset' in period) {
    return period.preset === 'last-30-days' ? 30 : 7;
  }

  return Math.round((Date.parse(period.to) - Date.parse(period.from)) / day) + 1;
}
