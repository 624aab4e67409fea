using MailStats.Mail.Statistics;

namespace MailStats.Mail.Quotas;

/// <summary>A counter that is not what its rows add up to.</summary>
public sealed record QuotaDifference(StatisticsScope Scope, QuotaWindow Window, QuotaPeriod Period, long Used, long Reserved, long TrueUsed, long TrueReserved);
