import type { components } from './schema';

type Schemas = components['schemas'];

export type Overview = Schemas['Overview'];
export type DomainOverview = Schemas['DomainOverview'];
export type ComparedCount = Schemas['ComparedCount'];
export type ComparedRate = Schemas['ComparedRate'];
export type TimelinePoint = Schemas['TimelinePoint'];
export type DomainRow = Schemas['DomainStatistics'];
export type MailboxRow = Schemas['MailboxStatistics'];
export type ProviderRow = Schemas['ProviderStatistics'];
export type BounceReason = Schemas['BounceReason'];
export type Activity = Schemas['ActivityItem'];
export type ErrorEvent = Schemas['ErrorEventItem'];
export type DeliveryStatus = Schemas['DeliveryStatus'];

export type Quota = Schemas['QuotaState'];
export type QuotaBody = Schemas['QuotaBody'];
export type QuotaRules = Schemas['QuotaSettingsBody'];
export type CollectionSettings = Schemas['CollectionSettingsBody'];
export type HostCollectionSettings = Schemas['HostCollectionSettingsBody'];
export type CollectionRun = Schemas['CollectionRunBody'];
export type RegisteredDomain = Schemas['DomainView'];
export type ApiKey = Schemas['KeyView'];
export type NotificationTarget = Schemas['TargetView'];
export type Notification = Schemas['NotificationView'];
export type UnknownReply = Schemas['UnknownReplyItem'];
export type ReplyRule = Schemas['ReplyRuleItem'];
export type ReplyRuleBody = Schemas['ReplyRuleBody'];
export type CallerView = Schemas['CallerView'];
export type PolicyStatus = Schemas['PolicyStatus'];
export type SelfTestResult = Schemas['SelfTestResult'];
export type QuotaMonth = Schemas['QuotaMonth'];
export type UserView = Schemas['UserView'];
export type AuditItem = Schemas['AuditItem'];
export type TenantView = Schemas['TenantView'];
export type WebhookSource = Schemas['WebhookSourceView'];
export type WebhookTraffic = Schemas['WebhookTrafficView'];
