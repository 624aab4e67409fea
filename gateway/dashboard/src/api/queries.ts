import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { intervalOf, periodQuery, type Period } from '../period/period';
import { answer, api } from './client';
import { statisticsKey } from './live';
import type { operations } from './schema';
import { wholePage } from './wholePage';

/** What the numbers are about: a period in a zone, of everything or of one domain or mailbox. */
export type Scope = { period: Period; timeZone: string; domain?: string | undefined; mailbox?: string | undefined };

export type ActivityFilter = NonNullable<operations['getActivities']['parameters']['query']>;
export type ErrorEventFilter = NonNullable<operations['getErrorEvents']['parameters']['query']>;

type Listed<Filter> = Omit<Filter, 'limit' | 'cursor'> & { limit: number; cursor?: string };

// The live stream says when to ask again; this catches what slides without a change ("last 24 hours").
const askAgainEvery = 30_000;

const statistics = <T>(name: string, question: unknown, ask: (signal: AbortSignal) => Promise<T>) =>
  queryOptions({
    queryKey: [statisticsKey, name, question],
    queryFn: ({ signal }) => ask(signal),
    placeholderData: keepPreviousData,
    refetchInterval: askAgainEvery,
  });

export const scopeQuery = ({ period, timeZone, domain, mailbox }: Scope) => ({
  ...periodQuery(period), timeZone, domain, mailbox,
});

// Where the path names the domain, the filters do not.
const periodOf = ({ period, timeZone }: Scope) => ({ ...periodQuery(period), timeZone });

// Statistics by name come whole, up to the most that the API gives.
const most = 10_000;

export const overviewQuery = (scope: Scope) => {
  const query = scopeQuery(scope);

  return statistics('overview', query, (signal) => answer(api.GET('/v1/overview', { params: { query }, signal })));
};

export const timelineQuery = (scope: Scope, view: 'new' | 'cumulative') => {
  const query = { ...scopeQuery(scope), interval: intervalOf(scope.period), view };

  return statistics('timeline', query, (signal) => answer(api.GET('/v1/timeline', { params: { query }, signal })));
};

export const domainsQuery = (scope: Scope, limit = most) => {
  const query = { ...scopeQuery(scope), limit };

  return statistics('domains', query, (signal) => answer(api.GET('/v1/domains', { params: { query }, signal })));
};

export const domainQuery = (domain: string, scope: Scope) => {
  const params = { path: { domain }, query: periodOf(scope) };

  return statistics('domain', params, (signal) => answer(api.GET('/v1/domains/{domain}', { params, signal })));
};

export const mailboxesQuery = (domain: string, scope: Scope) => {
  const params = { path: { domain }, query: { ...periodOf(scope), limit: most } };

  return statistics('mailboxes', params, (signal) => answer(api.GET('/v1/domains/{domain}/mailboxes', { params, signal })));
};

export const providersQuery = (scope: Scope) => {
  const query = scopeQuery(scope);

  return statistics('providers', query, (signal) => answer(api.GET('/v1/providers', { params: { query }, signal })));
};

export const reasonsQuery = (scope: Scope, limit: number) => {
  const query = { ...scopeQuery(scope), limit };

  return statistics('bounce-reasons', query, (signal) => answer(api.GET('/v1/bounce-reasons', { params: { query }, signal })));
};

export const activitiesQuery = (query: Listed<ActivityFilter>) =>
  statistics('activities', query, (signal) =>
    wholePage(query, (part) => answer(api.GET('/v1/activities', { params: { query: part }, signal }))),
  );

export const errorEventsQuery = (query: Listed<ErrorEventFilter>) =>
  statistics('error-events', query, (signal) =>
    wholePage(query, (part) => answer(api.GET('/v1/error-events', { params: { query: part }, signal }))),
  );

export const quotaQuery = () => statistics('quota', null, (signal) => answer(api.GET('/v1/quota', { signal })));
