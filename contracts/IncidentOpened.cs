namespace MailStats.Contracts;

/// <summary>
/// Something is wrong with mail now: more fails than chance explains. Published once for each incident by the Incidents service's
/// outbox; history that was imported opens none.
/// </summary>
public sealed record IncidentOpened
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose mail it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>When it was published, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What is wrong, as it was known then.</summary>
    public required Incident Incident { get; init; }
}
