using MailStats.Mail.Statistics;

namespace MailStats.Mail.Quotas;

/// <summary>Names a limit: whose, and for which span of time.</summary>
public readonly record struct QuotaKey(StatisticsScope Scope, QuotaWindow Window)
{
    public string Domain => Scope.Domain ?? "";

    public string Mailbox => Scope.Mailbox ?? "";

    /// <summary>True for the one that is counted whether it is limited or not.</summary>
    public bool IsTenantMonth => Scope.Domain is null && Window == QuotaWindow.Month;

    /// <summary>Every limit that can apply to a mailbox (domain, tenant), widest first.</summary>
    public static IEnumerable<QuotaKey> Of(StatisticsScope scope)
    {
        yield return new(new(scope.TenantId), QuotaWindow.Month);
        yield return new(new(scope.TenantId), QuotaWindow.Day);

        if (scope.Domain is null)
        {
            yield break;
        }

        yield return new(new(scope.TenantId, scope.Domain), QuotaWindow.Month);
        yield return new(new(scope.TenantId, scope.Domain), QuotaWindow.Day);

        if (scope.Mailbox is null)
        {
            yield break;
        }

        yield return new(scope, QuotaWindow.Month);
        yield return new(scope, QuotaWindow.Day);
    }
}
