using MailStats.Mail.Statistics;

namespace MailStats.Mail.Quotas;

/// <summary>A reservation as it is kept. It stays when nothing remains of it, so that an MTA that asks again is recognised.</summary>
/// <param name="Scope">Tenant, domain and mailbox that it is taken from.</param>
/// <param name="Key">Names it within the tenant.</param>
/// <param name="Recipients">The number requested.</param>
/// <param name="Remaining">What no log has shown yet.</param>
/// <param name="QueueId">Under which the log will report, null when not known.</param>
/// <param name="Host">That will report, null when not known.</param>
/// <param name="TakenAt">Microseconds of Unix time.</param>
public sealed record StoredReservation(StatisticsScope Scope, string Key, int Recipients, long Remaining, string? QueueId, string? Host, long TakenAt)
{
    /// <summary>
    /// Reservations with one queue id among which that of a message is looked for. They are remembered for days, and an MTA gives
    /// an id again after hours at the earliest.
    /// </summary>
    public const int MostCompared = 100;

    private const long ADay = 24L * 3600 * 1_000_000;

    /// <summary>
    /// Queue ids are reused: of several reservations the one taken nearest to the message's acceptance is meant, in microseconds
    /// of Unix time.
    /// </summary>
    public static StoredReservation? Meant(IEnumerable<StoredReservation> withQueueId, string? host, long acceptedAt) => withQueueId
        .Where(taken => taken.TakenAt <= acceptedAt + ADay)
        .Where(taken => taken.Host is null || host is null || string.Equals(taken.Host, host, StringComparison.OrdinalIgnoreCase))
        .MinBy(taken => Math.Abs(taken.TakenAt - acceptedAt));

    /// <summary>The same where the delivery is known long after: one that was taken more than a day before was for another message.</summary>
    public static StoredReservation? TakenFor(IEnumerable<StoredReservation> withQueueId, string? host, long acceptedAt) =>
        Meant(withQueueId.Where(taken => taken.TakenAt >= acceptedAt - ADay), host, acceptedAt);
}

/// <summary>Reservations and the progress of hosts as one transaction sees them, its own changes included.</summary>
public interface IReservationRows
{
    StoredReservation? Find(string tenantId, string key);

    /// <summary>False for the many tenants whose MTAs do not ask.</summary>
    bool AnyOpen(string tenantId);

    /// <summary>Of which something remains, by queue id.</summary>
    IReadOnlyList<StoredReservation> OpenWith(string tenantId, string queueId);

    /// <summary>Of which something remains and that were taken at a time or before, oldest first, at most <paramref name="count"/>.</summary>
    IReadOnlyList<StoredReservation> OpenUntil(string tenantId, long takenAt, int count);

    IReadOnlyList<HostProgress> Hosts(string tenantId);

    HostProgress? Host(string tenantId, string host);

    /// <summary>Adds one, or replaces what remains of it.</summary>
    void Save(StoredReservation reservation);

    void Remove(StoredReservation reservation);

    void Save(string tenantId, HostProgress progress);
}
