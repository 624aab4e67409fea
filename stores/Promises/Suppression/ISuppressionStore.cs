using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;

namespace MailStats.Stores.Suppression;

/// <summary>
/// The suppression list. What deliveries say enters and leaves it in the transaction that applies them
/// (<see cref="Deliveries.IDeliveryStore"/>); what people do, here. Every answer is of what was committed before it was asked for,
/// by whichever process: nothing is answered from memory (decision 24).
/// </summary>
public interface ISuppressionStore
{
    /// <summary>For an MTA that asks about one recipient: what the settings say, and the entry, in one reading.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="domain">The sending domain; null for none.</param>
    /// <param name="address">The recipient as the MTA has it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<SuppressionAnswer> FindAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken);

    /// <summary>Those of the addresses that are suppressed, each with its place among them; whatever the mode.</summary>
    Task<IReadOnlyList<(int Place, SuppressionEntry Entry)>> CheckAsync(
        string tenantId, string? domain, IReadOnlyList<string> addresses, CancellationToken cancellationToken);

    /// <summary>Latest first. A page is full unless the list ends.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not of this list.</exception>
    Task<Page<SuppressionEntry>> ListAsync(SuppressionQuery query, CancellationToken cancellationToken);

    /// <summary>Adds entries in one transaction; for each whether it was new. Durable, and seen by every process, when it returns.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="entries">At most <see cref="MostAtOnce"/>.</param>
    /// <param name="tell">True to publish it: not for files.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<IReadOnlyList<bool>> AddAsync(string tenantId, IReadOnlyList<SuppressionAddition> entries, bool tell, CancellationToken cancellationToken);

    /// <summary>
    /// Takes an address off the list. It holds against every event that was acknowledged before, applied or not, and is
    /// remembered for an address that is not on the list as well; false for such a one.
    /// </summary>
    Task<bool> RemoveAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken);

    /// <summary>The domain's own settings; null where it has none and follows the tenant's.</summary>
    Task<SuppressionSettings?> OwnSettingsAsync(string tenantId, string? domain, CancellationToken cancellationToken);

    /// <summary>Null removes a domain's own.</summary>
    Task SaveSettingsAsync(string tenantId, string? domain, SuppressionSettings? settings, CancellationToken cancellationToken) =>
        ReplaceSettingsAsync(tenantId, domain, settings, _ => true, cancellationToken);

    /// <summary>
    /// Saves what is to stand in place of what stands, where that fulfils the condition: asked in the same transaction, of a domain
    /// without settings of its own about its tenant's.
    /// </summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceSettingsAsync(
        string tenantId,
        string? domain,
        SuppressionSettings? settings,
        Func<SuppressionSettings, bool> condition,
        CancellationToken cancellationToken);

    /// <summary>What enforcing would have done to the mail of a time, told from the deliveries of addresses that were on the list then.</summary>
    Task<SuppressionEffect> EffectAsync(string tenantId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>
    /// What only one of two lists has: a provider's, as far as its events told of it, and ours. Every page reads all addresses of the
    /// tenant that may be meant: it is asked for by people, now and then.
    /// </summary>
    /// <exception cref="InvalidCursorException">The cursor is not of this list.</exception>
    Task<SuppressionsCompared> CompareAsync(
        string tenantId, Comparison comparison, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Entries of one <see cref="AddAsync"/>: some tenths of a second of one transaction.</summary>
    const int MostAtOnce = 5_000;
}

/// <param name="Mode">What the settings say for this sending domain.</param>
/// <param name="Entry">The entry, null where the address is not suppressed or nothing is looked at.</param>
public readonly record struct SuppressionAnswer(SuppressionMode Mode, SuppressionEntry? Entry);

/// <param name="Address">As <see cref="SuppressedAddress.Read"/> gives it.</param>
/// <param name="Domain">The sending domain it holds for; null for all.</param>
/// <param name="Cause">Why.</param>
/// <param name="Reason">As written, up to 500 characters.</param>
/// <param name="ExpiresAt">When it ends; null for what the settings say of its cause.</param>
public sealed record SuppressionAddition(string Address, string? Domain, SuppressionCause Cause, string? Reason, DateTimeOffset? ExpiresAt);

/// <param name="TenantId">The tenant.</param>
/// <param name="Search">A whole address, which is looked up; or part of one; null for all.</param>
/// <param name="Cause">Null for all.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="Limit">How many at most.</param>
public sealed record SuppressionQuery(string TenantId, string? Search, SuppressionCause? Cause, string? Cursor, int Limit);

/// <param name="Recipients">Recipients that would have been refused and whose fate is known.</param>
/// <param name="BouncesSpared">Those whose mail bounced or who complained: enforcing would have spared that.</param>
/// <param name="DeliveriesLost">Those whose mail was delivered all the same: enforcing would have cost that.</param>
public readonly record struct SuppressionEffect(long Recipients, long BouncesSpared, long DeliveriesLost);

/// <param name="Page">Latest first.</param>
/// <param name="Total">Addresses of all pages.</param>
public sealed record SuppressionsCompared(Page<ComparedAddress> Page, long Total);
