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

    /// <summary>Recipients accepted in the period so far.</summary>
    public required long Used { get; init; }

    /// <summary>Recipients allowed in the period.</summary>
    public required long Limit { get; init; }

    /// <summary>Start of the period, UTC.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>When the period ends, UTC.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>When mail could flow again, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
