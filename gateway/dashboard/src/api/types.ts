export type ComparedCount = { value: number; previous: number; change: number | null };
export type ComparedRate = { value: number | null; previous: number | null; change: number | null };

export type PeriodShown = {
  from: string;
  to: string;
  previousFrom: string;
  previousTo: string;
  timeZone: string;
};

export type Overview = {
  period: PeriodShown;
  recipients: ComparedCount;
  delivered: ComparedCount;
  softBounces: ComparedCount;
  hardBounces: ComparedCount;
  pending: ComparedCount;
  deliveryRate: ComparedRate;
  softBounceRate: ComparedRate;
  hardBounceRate: ComparedRate;
};

export type DomainOverview = Overview & {
  domain: string;
  validated: boolean;
  validatedAt: string | null;
  bounces: ComparedCount;
};

export type Counts = {
  recipients: number;
  delivered: number;
  softBounces: number;
  hardBounces: number;
  pending: number;
};

export type TimelinePoint = Counts & { start: string };
export type Timeline = { interval: string; points: TimelinePoint[] };

export type Rates = { deliveryRate: number | null; softBounceRate: number | null; hardBounceRate: number | null };
export type DomainRow = Counts & Rates & { domain: string; validated: boolean; bounces: number };
export type MailboxRow = Counts & Rates & { mailbox: string; bounces: number };
export type ProviderRow = Counts & Rates & { provider: string; bounces: number };

export type DeliveryStatus =
  | 'rejected' | 'accepted' | 'deferred' | 'delivered' | 'softBounced' | 'hardBounced' | 'complained' | 'unknown';

export type Activity = {
  occurredAt: string;
  status: DeliveryStatus;
  recipient: string;
  subject?: string | null;
  sender: string;
  queueId?: string | null;
  reason?: string | null;
  advice?: string | null;
};

export type BounceReason = {
  reason: string;
  smtpCode?: number | null;
  enhancedCode?: string | null;
  count: number;
  share: number;
  hard: boolean;
  advice: string | null;
  example: string | null;
  documentation: string | null;
};

export type ErrorEvent = {
  occurredAt: string;
  status: DeliveryStatus;
  queueId?: string | null;
  from: string;
  fromDomain: string;
  to: string;
  smtpCode?: number | null;
  enhancedCode?: string | null;
  advice: string;
  detail?: string | null;
  unknownCode: boolean;
  bytes: number | null;
  retryCount: number;
  lastTry: string;
  spamScore: number | null;
  reason: string;
  hard: boolean;
  documentation?: string | null;
};

export type QuotaLevel = 'blue' | 'orange' | 'red';
export type Quota = {
  limit?: number | null;
  used: number;
  reserved: number;
  remaining?: number | null;
  percent?: number | null;
  level: QuotaLevel;
  blocked: boolean;
  periodStart: string;
  resetsAt: string;
  projectedExhaustion?: string | null;
};

export type Page<T> = { items: T[]; next?: string | null };
