namespace MailStats.Contracts;

/// <summary>Mail that a quota had blocked may flow again: the limit was raised or a new period began.</summary>
public sealed record QuotaRestored
{
    /// <summary>The same for every repetition of this notice.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose quota it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The sending domain when the limit is a domain's, else null.</summary>
    public string? Domain { get; init; }

    /// <summary>The mailbox when the limit is a mailbox's, else null.</summary>
    public string? Mailbox { get; init; }

    /// <summary>What the limit is for: <c>month</c> (the billing month) or <c>day</c>.</summary>
    public string Window { get; init; } = "month";

    /// <summary>Recipients accepted in the period so far, those included that an MTA was allowed to accept and no log has shown yet.</summary>
    public required long Used { get; init; }

    /// <summary>Recipients allowed in the period; null when the limit was removed.</summary>
    public long? Limit { get; init; }

    /// <summary>Start of the period, UTC.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>When the period ends, UTC.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>When mail could flow again, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
