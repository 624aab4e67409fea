namespace MailStats.Stores.Notifications;

/// <summary>Which tenants get a letter by mail, how often and in which language.</summary>
public interface ILetterStore
{
    /// <summary>Null when the tenant has never chosen.</summary>
    Task<LetterChoice?> FindAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Adds or overwrites.</summary>
    Task SaveAsync(LetterChoice choice, CancellationToken cancellationToken) => ReplaceAsync(choice, _ => true, cancellationToken);

    /// <summary>The same, where the choice that stands, null where there is none, fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceAsync(LetterChoice choice, Func<LetterChoice?, bool> condition, CancellationToken cancellationToken);

    /// <summary>Every tenant that gets letters, by its id.</summary>
    Task<IReadOnlyList<LetterChoice>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>How often a letter comes.</summary>
// Stored as a number: append only.
public enum LetterRhythm
{
    Off = 0,
    Weekly = 1,
    Monthly = 2,
}

/// <param name="TenantId">Whose letter.</param>
/// <param name="Every">How often.</param>
/// <param name="Language">Two letters, <c>en</c> or <c>fr</c>.</param>
/// <param name="ChangedAt">UTC. What ended before is told in no letter.</param>
public sealed record LetterChoice(string TenantId, LetterRhythm Every, string Language, DateTimeOffset ChangedAt);
