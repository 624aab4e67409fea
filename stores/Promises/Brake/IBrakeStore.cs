using MailStats.Mail.Brake;
using MailStats.Mail.Lists;

namespace MailStats.Stores.Brake;

/// <summary>Mailboxes that were stopped, or would have been, and what the settings say of it.</summary>
public interface IBrakeStore
{
    Task<BrakeSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken);

    Task SaveSettingsAsync(string tenantId, BrakeSettings settings, CancellationToken cancellationToken) =>
        ReplaceSettingsAsync(tenantId, settings, _ => true, cancellationToken);

    /// <summary>Saves what is to stand in place of what stands, where that fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceSettingsAsync(
        string tenantId, BrakeSettings settings, Func<BrakeSettings, bool> condition, CancellationToken cancellationToken);

    /// <summary>What a policy decision needs, in one reading.</summary>
    Task<BrakeStanding> StandingAsync(string tenantId, string mailbox, CancellationToken cancellationToken);

    /// <summary>
    /// Notes a stop down that holds now; one that the mailbox has already, open or begun within a day of it, stays as it is.
    /// With <paramref name="tell"/> a new one is told of in the same transaction, and one that is enforced opens an incident
    /// (<see cref="BrakeIncidents"/>). Durable when it returns.
    /// </summary>
    Task<bool> StopAsync(StoredBrake brake, bool tell, CancellationToken cancellationToken);

    /// <summary>
    /// Puts what a mailbox's history says from a time on in place of what it said before. Stops that held, and those that were
    /// released, stay.
    /// </summary>
    Task ReplaceAsync(string tenantId, string mailbox, DateTimeOffset from, IReadOnlyList<StoredBrake> brakes, CancellationToken cancellationToken);

    /// <summary>Latest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not of this list.</exception>
    Task<Page<StoredBrake>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>The client networks that a mailbox is known to send from.</summary>
    Task<KnownNetworks> NetworksAsync(string tenantId, string mailbox, CancellationToken cancellationToken);

    /// <summary>Notes that a mailbox sent from a network on a day (since 1970, UTC). Told again it changes nothing.</summary>
    /// <returns>What is known now.</returns>
    Task<KnownNetworks> NoteNetworkAsync(string tenantId, string mailbox, ulong network, int day, CancellationToken cancellationToken);

    /// <summary>Null when the tenant has no such stop.</summary>
    Task<StoredBrake?> FindAsync(string tenantId, string id, CancellationToken cancellationToken);

    /// <summary>Lets a mailbox send again, and ends the incident of its stop; released again, nothing changes. Null when there is no such stop.</summary>
    Task<StoredBrake?> ReleaseAsync(string tenantId, string id, CancellationToken cancellationToken);
}

/// <param name="Settings">The tenant's.</param>
/// <param name="Open">The stop that holds: made by enforcing, and not released.</param>
/// <param name="ReleasedAt">When the mailbox was last released; null for never.</param>
public sealed record BrakeStanding(BrakeSettings Settings, StoredBrake? Open, DateTimeOffset? ReleasedAt);

/// <param name="Id">Hexadecimal.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="Mailbox">Who is stopped, and nobody else.</param>
/// <param name="Login">The login that sent, where it is known.</param>
/// <param name="Since">When the behaviour began.</param>
/// <param name="Mode">Enforced, or observed only.</param>
/// <param name="Cause">Why.</param>
/// <param name="LetThrough">Recipients since then until it was stopped.</param>
/// <param name="Refused">Recipients after that: refused, or that would have been.</param>
/// <param name="ReleasedAt">When it was released; null while it holds.</param>
/// <param name="IsLive">True for what held when it was found, false for what history tells.</param>
public sealed record StoredBrake(
    string Id, string TenantId, string Mailbox, string? Login, DateTimeOffset Since, BrakeMode Mode, BrakeCause Cause, long LetThrough, long Refused,
    DateTimeOffset? ReleasedAt, bool IsLive);
