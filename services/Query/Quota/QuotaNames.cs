using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Quota;

/// <summary>What a request names a limit by. Only for a request without problems.</summary>
internal static class QuotaNames
{
    /// <summary>A blank name is none: forms send one for the tenant.</summary>
    public static StatisticsScope ReadScope(string tenantId, string? domain, string? mailbox, FieldProblems problems) =>
        MailNames.ReadScope(
            tenantId, string.IsNullOrWhiteSpace(domain) ? null : domain, string.IsNullOrWhiteSpace(mailbox) ? null : mailbox, problems);

    public static QuotaLimit ReadLimit(string tenantId, QuotaBody body, FieldProblems problems)
    {
        var scope = ReadScope(tenantId, body.Domain, body.Mailbox, problems);

        if (body.Limit is not (>= 0 and <= QuotaLimit.Most))
        {
            problems.Add("limit", $"must be a whole number from 0 to {QuotaLimit.Most}");
        }

        if (body.Window is not (QuotaWindow.Month or QuotaWindow.Day))
        {
            problems.Add("window", "must be one of month, day");
        }

        return new(scope, body.Window, body.Limit ?? 0, body.Temporary);
    }
}
