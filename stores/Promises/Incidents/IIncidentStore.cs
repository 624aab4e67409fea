using MailStats.Contracts;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Incidents;

/// <summary>What was and is wrong, what people said to it, and which replica looks after which tenant.</summary>
public interface IIncidentStore
{
    /// <summary>
    /// Adds or overwrites incidents, removes others, and writes notices to the outbox, all in one transaction: what is kept and what is
    /// told cannot differ, and a notice that was written already is left as it is. What people acknowledged stays acknowledged.
    /// Only for the replica that the tenant was given to last: one that stood still while its lease ended overwrites nothing.
    /// </summary>
    /// <returns>False when another replica has the tenant; then nothing is saved.</returns>
    Task<bool> SaveAsync(string tenantId, string holder, IncidentChanges changes, CancellationToken cancellationToken);

    /// <summary>Latest first, by <see cref="Incident.OpenedAt"/> and id.</summary>
    Task<IReadOnlyList<StoredIncident>> ListAsync(IncidentQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// How many other tenants have an incident of a kind at a receiver that was open since a moment, counted to ten at most. Tells whose
    /// trouble it is, and nothing of who has it.
    /// </summary>
    Task<int> CountElsewhereAsync(string tenantId, IncidentKind kind, string provider, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Null when the tenant has no such incident.</summary>
    Task<StoredIncident?> FindAsync(string tenantId, string incidentId, CancellationToken cancellationToken);

    /// <summary>A person has seen it. The first time counts. False when there is no such incident.</summary>
    Task<bool> AcknowledgeAsync(string tenantId, string incidentId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Nothing is told of such incidents until then; a mute of the same kind and place is replaced.</summary>
    Task MuteAsync(IncidentMute mute, CancellationToken cancellationToken);

    /// <summary>Ends a mute of exactly this kind and place. False when there is none.</summary>
    Task<bool> UnmuteAsync(string tenantId, IncidentKind? kind, string? domain, string? provider, CancellationToken cancellationToken);

    /// <summary>Mutes that end after a moment.</summary>
    Task<IReadOnlyList<IncidentMute>> MutesAsync(string tenantId, DateTimeOffset after, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a tenant to a replica until then, when no other has it. Who asks in time keeps it; who dies leaves it to others at its end.
    /// </summary>
    /// <returns>False while another replica has it.</returns>
    Task<bool> LeaseAsync(string tenantId, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <param name="Saved">Added or overwritten, by id.</param>
/// <param name="Removed">Ids of incidents that turned out not to have been.</param>
/// <param name="Notices">Messages for the outbox.</param>
public sealed record IncidentChanges(
    IReadOnlyList<StoredIncident> Saved, IReadOnlyList<string> Removed, IReadOnlyList<IncidentNotice> Notices);

/// <param name="NoticeId">Follows from what it tells.</param>
/// <param name="Type">Name of the message in Contracts.</param>
/// <param name="Content">The message as JSON.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record IncidentNotice(Guid NoticeId, string Type, string Content, DateTimeOffset CreatedAt);

/// <summary>An incident with what only this system needs of it.</summary>
public sealed record StoredIncident
{
    public required string TenantId { get; init; }

    public required Incident Incident { get; init; }

    /// <summary>What the detector calls its cause: tells one incident from another of the same moment.</summary>
    public required string Cause { get; init; }

    /// <summary>People were told of it: they are told of its end too.</summary>
    public bool Told { get; init; }

    /// <summary>Kept apart from the rest: a person sets it.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }
}

/// <summary>Which incidents.</summary>
public sealed record IncidentQuery
{
    public required string TenantId { get; init; }

    /// <summary>True for those that go on, false for those that are over, null for all.</summary>
    public bool? Open { get; init; }

    public IncidentKind? Kind { get; init; }

    /// <summary>Those that concern this domain, and those that concern all.</summary>
    public string? Domain { get; init; }

    /// <summary>Those that concern this provider, and those that concern all.</summary>
    public string? Provider { get; init; }

    /// <summary>Those that were open at any moment of it.</summary>
    public TimeRange? Range { get; init; }

    /// <summary>Those after the one that a page ended with.</summary>
    public (DateTimeOffset OpenedAt, string Id)? After { get; init; }

    public required int Limit { get; init; }
}

/// <summary>What is absent means all.</summary>
public sealed record IncidentMute(string TenantId, IncidentKind? Kind, string? Domain, string? Provider, DateTimeOffset Until)
{
    /// <summary>True for incidents of this kind in this place, or in a part of it.</summary>
    public bool Covers(Incident incident) =>
        (Kind is null || Kind == incident.Kind) && (Domain is null || Domain == incident.Domain)
        && (Provider is null || Provider == incident.Provider);
}
