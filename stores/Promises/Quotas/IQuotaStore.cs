using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.Deliveries;

namespace MailStats.Stores.Quotas;

/// <summary>
/// Quotas: limits, what is used of them, and what is reserved. For every limit, used + reserved never passes the limit
/// through <see cref="ReserveAsync"/>, from any number of processes at once. Used grows only in
/// <see cref="IDeliveryStore"/>, which also turns reserved into used.
/// </summary>
public interface IQuotaStore
{
    /// <summary>Takes all recipients from every limit that applies, or none. Durable when it returns.</summary>
    Task<ReservationOutcome> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken);

    /// <summary>Gives back what is left of a reservation: the message was refused after all. False when there is nothing to give back.</summary>
    Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken);

    /// <summary>
    /// How the limits that apply to a scope stand now, widest first: the tenant's month always comes first, without a limit
    /// where it has none; then its day, the domain's month and day, the mailbox's month and day, where limits are set.
    /// </summary>
    Task<IReadOnlyList<QuotaStanding>> StandingsAsync(StatisticsScope scope, CancellationToken cancellationToken);

    /// <summary>
    /// How every limit of the tenant stands, by domain and mailbox; at most <paramref name="count"/> after the first <paramref
    /// name="skip"/>.
    /// </summary>
    Task<IReadOnlyList<QuotaStanding>> LimitsAsync(string tenantId, int skip, int count, CancellationToken cancellationToken);

    /// <summary>Past billing months of the tenant, latest first, at most 25.</summary>
    Task<IReadOnlyList<PastPeriod>> HistoryAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>The tenant's settings, the defaults where none were saved.</summary>
    Task<QuotaSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Saves settings and counts the periods anew where they are cut differently now.</summary>
    Task SaveSettingsAsync(QuotaSettings settings, CancellationToken cancellationToken) => ReplaceSettingsAsync(settings, _ => true, cancellationToken);

    /// <summary>The same, where what stands fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceSettingsAsync(QuotaSettings settings, Func<QuotaSettings, bool> condition, CancellationToken cancellationToken);

    /// <summary>Sets or changes a limit. Raising one lets mail through at once and arms its thresholds anew.</summary>
    Task SaveLimitAsync(QuotaLimit limit, CancellationToken cancellationToken) => ReplaceLimitAsync(limit, _ => true, cancellationToken);

    /// <summary>The same, where the limit that stands, null where none does, fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceLimitAsync(QuotaLimit limit, Func<QuotaLimit?, bool> condition, CancellationToken cancellationToken);

    /// <summary>The limit of exactly this scope and window, null where none is set.</summary>
    Task<QuotaLimit?> LimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken);

    /// <summary>False when there was no such limit.</summary>
    Task<bool> RemoveLimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken);

    /// <summary>
    /// What time does by itself: reservations expire, periods end and blocked mail may flow again. Called every few seconds
    /// by every aggregator; each thing happens once.
    /// </summary>
    Task AdvanceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Recipients of all tenants' current billing months that no reservation had been made for, where there is a limit
    /// (<see cref="QuotaStanding.Unreserved"/>).
    /// </summary>
    Task<long> UnreservedAsync(CancellationToken cancellationToken);

    /// <summary>Counts every counter anew from rollups and reservations and names those that differ; with <paramref name="repair"/> mends them.</summary>
    Task<IReadOnlyList<QuotaDifference>> VerifyAsync(bool repair, CancellationToken cancellationToken);
}
