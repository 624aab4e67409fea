namespace MailStats.Contracts;

/// <summary>A quota passed one of its thresholds. Published once for each threshold and period by the Aggregator's outbox.</summary>
public sealed record QuotaThresholdReached
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose quota it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The sending domain when the limit is a domain's, else null.</summary>
    public string? Domain { get; init; }

    /// <summary>The mailbox when the limit is a mailbox's, else null.</summary>
    public string? Mailbox { get; init; }

    /// <summary>What the limit is for: <c>month</c> (the billing month) or <c>day</c>.</summary>
    public string Window { get; init; } = "month";

    /// <summary>The threshold in percent of the limit: 80, 90, 100 unless the tenant chose others.</summary>
    public required int ThresholdPercent { get; init; }

    /// <summary>Recipients accepted in the period so far, those included that an MTA was allowed to accept and no log has shown yet.</summary>
    public required long Used { get; init; }

    /// <summary>Recipients allowed in the period.</summary>
    public required long Limit { get; init; }

    /// <summary>True when mail is blocked from now on (100 % reached).</summary>
    public required bool Blocked { get; init; }

    /// <summary>Start of the period, UTC.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>When the period ends and the quota is whole again, UTC.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>When the threshold was passed, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
