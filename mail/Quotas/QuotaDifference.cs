using MailStats.Mail.Statistics;

namespace MailStats.Mail.Quotas;

/// <summary>A counter that differs from the sum of its rows.</summary>
public sealed record QuotaDifference(StatisticsScope Scope, QuotaWindow Window, QuotaPeriod Period, long Used, long Reserved, long TrueUsed, long TrueReserved);
