import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { intervalOf, periodQuery, type Period } from '../period/period';
import { get, type Query } from './client';
import { statisticsKey } from './live';
import type {
  Activity, BounceReason, DomainOverview, DomainRow, ErrorEvent, MailboxRow, Overview, Page, ProviderRow, Quota, Timeline,
} from './types';

/** What the numbers are about: a period in a zone, of everything or of one domain or mailbox. */
export type Scope = { period: Period; timeZone: string; domain?: string | undefined; mailbox?: string | undefined };

// The live stream says when to ask again; this catches what slides without a change ("last 24 hours").
const askAgainEvery = 30_000;

const statistics = <T>(path: string, query: Query) =>
  queryOptions({
    queryKey: [statisticsKey, path, query],
    queryFn: ({ signal }) => get<T>(path, query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: askAgainEvery,
  });

export const scopeQuery = ({ period, timeZone, domain, mailbox }: Scope): Query => ({
  ...periodQuery(period), timeZone, domain, mailbox,
});

export const overviewQuery = (scope: Scope) => statistics<Overview>('/v1/overview', scopeQuery(scope));

export const timelineQuery = (scope: Scope, view: 'new' | 'cumulative') =>
  statistics<Timeline>('/v1/timeline', { ...scopeQuery(scope), interval: intervalOf(scope.period), view });

export const domainsQuery = (scope: Scope) => statistics<{ items: DomainRow[] }>('/v1/domains', scopeQuery(scope));

// The path names the domain; the filter of the same name would be refused.
const periodOf = (scope: Scope): Query => scopeQuery({ period: scope.period, timeZone: scope.timeZone });

export const domainQuery = (domain: string, scope: Scope) =>
  statistics<DomainOverview>(`/v1/domains/${encodeURIComponent(domain)}`, periodOf(scope));

export const mailboxesQuery = (domain: string, scope: Scope) =>
  statistics<{ items: MailboxRow[] }>(`/v1/domains/${encodeURIComponent(domain)}/mailboxes`, periodOf(scope));

export const providersQuery = (scope: Scope) =>
  statistics<{ items: ProviderRow[] }>('/v1/providers', scopeQuery(scope));

export const reasonsQuery = (scope: Scope, limit: number) =>
  statistics<{ items: BounceReason[] }>('/v1/bounce-reasons', { ...scopeQuery(scope), limit });

export const activitiesQuery = (query: Query) => statistics<Page<Activity>>('/v1/activities', query);

export const errorEventsQuery = (query: Query) => statistics<Page<ErrorEvent>>('/v1/error-events', query);

export const quotaQuery = () => statistics<Quota>('/v1/quota', {});
