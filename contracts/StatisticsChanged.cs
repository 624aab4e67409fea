namespace MailStats.Contracts;

/// <summary>Statistics of a tenant moved: live views ask again. Carries no numbers, so a lost one does no harm.</summary>
public sealed record StatisticsChanged
{
    /// <summary>The tenant whose numbers moved.</summary>
    public required string TenantId { get; init; }

    /// <summary>The sending domains whose numbers moved.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>When the change was committed, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
