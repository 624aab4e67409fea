import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { periodQuery, type Period } from '../period/period';
import { answer, api } from './client';
import { noteAsked, statisticsKey } from './refresh';
import type { operations } from './schema';
import type { ErrorEvent } from './types';
import { wholePage } from './wholePage';

/** What the numbers are about: a period in a zone, of everything or of one domain or mailbox. */
export type Scope = { period: Period; timeZone: string; domain?: string | undefined; mailbox?: string | undefined };

export type ActivityFilter = NonNullable<operations['getActivities']['parameters']['query']>;
export type ErrorEventFilter = NonNullable<operations['getErrorEvents']['parameters']['query']>;

type Listed<Filter> = Omit<Filter, 'limit' | 'cursor'> & { limit: number; cursor?: string };

// When to ask again, the live stream says (refresh.ts).
const statistics = <T>(name: string, question: unknown, ask: (signal: AbortSignal) => Promise<T>) =>
  queryOptions({
    queryKey: [statisticsKey, name, question],
    queryFn: ({ signal, queryKey }) => {
      noteAsked(queryKey);

      return ask(signal);
    },
    placeholderData: keepPreviousData,
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

export const timelineQuery = (scope: Scope, view: 'new' | 'cumulative', interval: 'hour' | 'day') => {
  const query = { ...scopeQuery(scope), interval, view };

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

// Codes of one reason are added up: all of them are asked for.
const mostReasons = 200;

export const reasonsQuery = (scope: Scope) => {
  const query = { ...scopeQuery(scope), limit: mostReasons };

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

// More than anyone reads through; beyond it the latest are sorted, and the page says so.
const mostSorted = 5000;
const pageSize = 500;

/** All events, to be sorted. They are not asked for again by themselves: reading them is work. */
export const allErrorEventsQuery = (filter: Partial<ErrorEventFilter>) =>
  queryOptions({
    queryKey: ['all-error-events', filter],
    queryFn: async ({ signal }) => {
      const items: ErrorEvent[] = [];
      let cursor: string | undefined;
      do {
        const query = { ...filter, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
        const page = await answer(api.GET('/v1/error-events', { params: { query }, signal }));
        items.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined && items.length < mostSorted);

      return { items, complete: cursor === undefined };
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

export const quotaQuery = () => statistics('quota', null, (signal) => answer(api.GET('/v1/quota', { signal })));

export const quotaHistoryQuery = () => statistics('quota-history', null, (signal) => answer(api.GET('/v1/quota/history', { signal })));

/** Whose page this is, and what may be done on it. */
export const callerQuery = () =>
  queryOptions({ queryKey: ['caller'], queryFn: ({ signal }) => answer(api.GET('/v1/me', { signal })), staleTime: 60_000 });

/** Whether mail servers ask before they take mail: only administrators may know. */
export const policyStatusQuery = () =>
  statistics('policy', null, (signal) => answer(api.GET('/v1/policy/status', { signal })));

export type IncidentFilter = NonNullable<operations['getIncidents']['parameters']['query']>;

/** What goes on now, everywhere: the head, the overview and the list of domains ask the same. */
export const openIncidentsQuery = () => incidentsQuery({ state: 'open', limit: 500 });

export const incidentsQuery = (query: IncidentFilter) =>
  statistics('incidents', query, (signal) => answer(api.GET('/v1/incidents', { params: { query }, signal })));

/** What was open at any moment of the period: of everything, or what concerns one domain. */
export const incidentsOfQuery = ({ period, timeZone, domain }: Scope) =>
  incidentsQuery({ ...periodQuery(period), timeZone, ...(domain === undefined ? {} : { domain }), limit: 50 });

/** What nobody is told of. */
export const mutesQuery = () => statistics('mutes', '', (signal) => answer(api.GET('/v1/incidents/mute', { signal })));

export const incidentQuery = (id: string) =>
  statistics('incident', id, (signal) => answer(api.GET('/v1/incidents/{id}', { params: { path: { id } }, signal })));

export type AttemptFilter = NonNullable<operations['getAttempts']['parameters']['query']>;

export const attemptsQuery = (query: AttemptFilter) =>
  statistics('attempts', query, (signal) => answer(api.GET('/v1/attempts', { params: { query }, signal })));

export const latencyQuery = (scope: Scope, by: 'provider' | 'domain' | 'day') => {
  const query = { ...periodOf(scope), ...(scope.domain === undefined ? {} : { domain: scope.domain }), by, limit: most };

  return statistics('latency', query, (signal) => answer(api.GET('/v1/latency', { params: { query }, signal })));
};

export const waitingQuery = (by: 'provider' | 'domain', domain?: string) => {
  const query = { by, ...(domain === undefined ? {} : { domain }), limit: most };

  return statistics('waiting', query, (signal) => answer(api.GET('/v1/waiting', { params: { query }, signal })));
};

export const deliveriesQuery = (query: NonNullable<operations['getDeliveries']['parameters']['query']>) =>
  statistics('deliveries', query, (signal) => answer(api.GET('/v1/deliveries', { params: { query }, signal })));

export const deliveryQuery = (id: string) =>
  statistics('delivery', id, (signal) => answer(api.GET('/v1/deliveries/{id}', { params: { path: { id } }, signal })));

/** The latest deliveries that a search finds: for a list that changes as one types, so nothing of it is kept fresh. */
export const foundQuery = (search: string) =>
  queryOptions({
    queryKey: ['found', search],
    queryFn: ({ signal }) => answer(api.GET('/v1/deliveries', { params: { query: { search, limit: 8 } }, signal })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 5000,
  });
