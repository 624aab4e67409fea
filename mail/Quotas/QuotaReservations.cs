using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Quotas;

/// <summary>
/// Takes, gives back and uses up reservations within one transaction. Whatever changes what remains of a reservation
/// changes the counters of its scope and time by as much.
/// </summary>
public sealed class QuotaReservations(QuotaLedger ledger, IReservationRows rows, QuotaOptions options)
{
    /// <summary>How often a clock looks for reservations that are due to expire. Whoever needs the room looks at once.</summary>
    public static readonly TimeSpan BetweenExpiries = TimeSpan.FromSeconds(30);

    /// <summary>How long a reservation that is used up or expired is remembered past its life, so that the same key is recognised.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(3);

    private const int ExpireAtOnce = 5000;

    private readonly HashSet<string> _madeRoom = new(StringComparer.Ordinal);
    private readonly long _now = UnixTime.ToMicroseconds(ledger.Now);
    private readonly long _grace = UnixTime.Microseconds(options.ReservationGrace);
    private readonly long _lifetime = UnixTime.Microseconds(options.ReservationLifetime);

    /// <summary>Reservations taken before this (microseconds of Unix time) of which nothing remains are forgotten.</summary>
    public static long ForgottenBefore(DateTimeOffset now, QuotaOptions options) => UnixTime.ToMicroseconds(now - Remembered - options.ReservationLifetime);

    /// <summary>
    /// Before anything is refused, expired reservations make room: true when that was not tried yet in this transaction.
    /// <see cref="Expire"/>, then <see cref="Reserve"/> again.
    /// </summary>
    public bool MayMakeRoom(ReservationOutcome outcome, string tenantId) => outcome.Result == ReservationResult.Refused && _madeRoom.Add(tenantId);

    /// <summary>Takes all recipients from every limit that applies, or none.</summary>
    public ReservationOutcome Reserve(ReservationRequest request)
    {
        var scope = new StatisticsScope(request.TenantId, request.Domain, request.Mailbox);
        var counters = ledger.Counters(scope, ledger.Now);
        var standings = counters.Select(ledger.Standing).Where(standing => standing.Limit is not null).ToList();

        if (standings.Count == 0)
        {
            return new(ReservationResult.Granted, null);
        }

        if (rows.Find(request.TenantId, request.Key) is { } known)
        {
            return new(
                known.Recipients == request.Recipients ? ReservationResult.Repeated : ReservationResult.Conflicting,
                standings.MinBy(standing => standing.Remaining));
        }

        if (standings.Find(standing => !standing.Fits(request.Recipients)) is { } violated)
        {
            return new(ReservationResult.Refused, violated);
        }

        rows.Save(new StoredReservation(scope, request.Key, request.Recipients, request.Recipients, request.QueueId, request.Host, _now));
        Add(counters, request.Recipients);

        return new(
            ReservationResult.Granted,
            counters.Select(ledger.Standing).Where(standing => standing.Limit is not null).MinBy(standing => standing.Remaining));
    }

    /// <summary>Gives back what is left. The row is deleted, so that the same message is reserved again when it is asked about again.</summary>
    public bool Release(string tenantId, string key)
    {
        if (rows.Find(tenantId, key) is not { } reservation)
        {
            return false;
        }

        Reduce(reservation, reservation.Remaining);
        rows.Remove(reservation);

        return reservation.Remaining > 0;
    }

    /// <summary>Used moves by the rollups' changes, reserved goes down by the deliveries that have come to be known, hosts have reported.</summary>
    public void Applied(AppliedChanges changes)
    {
        ledger.Count(changes.Recipients);

        var asking = changes.New.Select(delivery => delivery.TenantId).Distinct().Where(rows.AnyOpen).ToHashSet(StringComparer.Ordinal);

        foreach (var message in changes.New
            .Where(delivery => asking.Contains(delivery.TenantId))
            .GroupBy(delivery => (delivery.TenantId, delivery.QueueId, delivery.Host)))
        {
            Commit(message.Key.TenantId, message.Key.QueueId, message.Key.Host, [.. message]);
        }

        foreach (var ((tenantId, host), reportedTo) in changes.Reported)
        {
            var until = Math.Min(reportedTo, _now);
            rows.Save(tenantId, rows.Host(tenantId, host)?.Report(until, _now, _grace) ?? HostProgress.First(host, until, _now));
        }
    }

    /// <summary>Gives back what no log has shown although the logs are known past it.</summary>
    public void Expire(string tenantId)
    {
        var horizons = Horizons(tenantId);

        foreach (var due in rows.OpenUntil(tenantId, horizons.Latest, ExpireAtOnce).Where(horizons.IsDue).ToList())
        {
            Reduce(due, due.Remaining);
        }
    }

    /// <summary>Reservations that <see cref="Expire"/> looks at.</summary>
    public (long TakenAt, int Count) Expirable(string tenantId) => (Horizons(tenantId).Latest, ExpireAtOnce);

    private ExpiryHorizons Horizons(string tenantId) => new(rows.Hosts(tenantId), _now, _grace, _lifetime);

    /// <summary>Deliveries of a queue id have come to be known: as many reserved recipients need no reservation any more.</summary>
    private void Commit(string tenantId, string queueId, string? host, List<NewDelivery> deliveries)
    {
        var acceptedAt = deliveries.Min(delivery => delivery.AcceptedAt);

        if (StoredReservation.Meant(rows.OpenWith(tenantId, queueId), host, acceptedAt) is not { } meant)
        {
            return;
        }

        var committed = (int)Math.Min(deliveries.Count, meant.Remaining);
        Reduce(meant, committed);

        foreach (var delivery in deliveries.Where(delivery => delivery.ChargedTo is not null).Take(committed))
        {
            ledger.Cover(new(tenantId, delivery.ChargedTo!.Value.Domain, delivery.ChargedTo.Value.Address), UnixTime.FromMicroseconds(delivery.AcceptedAt));
        }
    }

    private void Reduce(StoredReservation open, long recipients)
    {
        // First the counters: a missing one is summed from the rows as they are.
        Add(ledger.Counters(open.Scope, UnixTime.FromMicroseconds(open.TakenAt)), -recipients);
        rows.Save(open with { Remaining = open.Remaining - recipients });
    }

    private static void Add(List<QuotaCounter> counters, long recipients)
    {
        foreach (var counter in counters)
        {
            counter.Reserved += recipients;
            counter.Changed |= recipients != 0;
        }
    }
}
