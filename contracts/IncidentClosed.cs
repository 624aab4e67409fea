namespace MailStats.Contracts;

/// <summary>An incident that was told of is over: the rate is back to what is usual.</summary>
public sealed record IncidentClosed
{
    /// <summary>The same for every repetition of this notice.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose mail it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>When it was published, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What was wrong.</summary>
    public required Incident Incident { get; init; }
}
