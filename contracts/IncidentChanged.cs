namespace MailStats.Contracts;

/// <summary>An incident turned out to be of another kind, or wider or narrower than was known, or to go on after it was said to be over.</summary>
public sealed record IncidentChanged
{
    /// <summary>The same for every repetition of this notice.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose mail it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>When it was published, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What is wrong, as it is known now.</summary>
    public required Incident Incident { get; init; }
}
