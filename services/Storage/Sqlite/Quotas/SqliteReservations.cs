using MailStats.Storage.Deliveries;
using MailStats.Storage.Quotas;

namespace MailStats.Storage.Sqlite.Quotas;

/// <summary>
/// Takes, gives back and uses up reservations within one transaction. Whatever changes what remains of a reservation
/// changes the counters of its scope and time by as much.
/// </summary>
internal sealed class SqliteReservations(SqliteQuotaLedger ledger, QuotaOptions options)
{
    private const int ExpireAtOnce = 5000;

    private readonly SqliteSession _session = ledger.Session;
    private readonly HashSet<string> _expired = new(StringComparer.Ordinal);

    public ReservationOutcome Reserve(ReservationRequest request)
    {
        var counters = ledger.Counters(new(request.TenantId, request.Domain, request.Mailbox), ledger.Now);

        if (!counters.Exists(counter => ledger.Limit(counter.Key) is not null))
        {
            return new(ReservationResult.Granted, null);
        }

        if (Find(request) is { } known)
        {
            return new(known == request.Recipients ? ReservationResult.Repeated : ReservationResult.Conflicting, Tightest(counters));
        }

        if (Violated(counters, request.Recipients) is not null && _expired.Add(request.TenantId))
        {
            Expire(request.TenantId);
        }

        if (Violated(counters, request.Recipients) is { } violated)
        {
            return new(ReservationResult.Refused, violated);
        }

        Insert(request);
        Add(counters, request.Recipients);

        return new(ReservationResult.Granted, Tightest(counters));
    }

    public bool Release(string tenantId, string key)
    {
        var statement = _session.Prepare("SELECT id, remaining, domain, mailbox, taken_at FROM reservations WHERE tenant = ?1 AND key = ?2")
            .Bind(1, tenantId).Bind(2, key);

        if (!statement.Step())
        {
            return false;
        }

        var open = OpenReservation.Read(statement, tenantId);
        statement.Reset();

        // The row goes, so that the same message, asked about again, is reserved again.
        var counters = Counters(open);
        _session.Prepare("DELETE FROM reservations WHERE id = ?1").Bind(1, open.Id).Execute();
        Add(counters, -open.Remaining);

        return open.Remaining > 0;
    }

    /// <summary>False for the many tenants whose MTAs do not ask.</summary>
    public bool HasOpen(string tenantId)
    {
        var statement = _session.Prepare("SELECT 1 FROM reservations WHERE tenant = ?1 AND remaining > 0 LIMIT 1").Bind(1, tenantId);
        var open = statement.Step();
        statement.Reset();

        return open;
    }

    /// <summary>Deliveries of a queue id have come to be known: as many reserved recipients need no reservation any more.</summary>
    public void Commit(string tenantId, string queueId, string? host, long acceptedAt, int deliveries)
    {
        // Queue ids are reused: of several reservations the one taken nearest to the message's acceptance is meant.
        var statement = _session.Prepare(
            """
            SELECT id, remaining, domain, mailbox, taken_at FROM reservations
            WHERE queue_id = ?2 AND remaining > 0 AND tenant = ?1 AND (host IS NULL OR ?3 IS NULL OR host = ?3 COLLATE NOCASE) AND taken_at <= ?4 + 86400000000
            ORDER BY ABS(taken_at - ?4), id LIMIT 1
            """)
            .Bind(1, tenantId).Bind(2, queueId).Bind(3, host).Bind(4, acceptedAt);

        if (!statement.Step())
        {
            return;
        }

        var open = OpenReservation.Read(statement, tenantId);
        statement.Reset();
        Reduce(open, Math.Min(deliveries, open.Remaining));
    }

    /// <summary>
    /// Gives back what no log has shown although the logs are known past it. A host that has been silent for as long as a
    /// reservation can live holds nothing up.
    /// </summary>
    public void Expire(string tenantId)
    {
        var now = Time.ToMicroseconds(ledger.Now);
        var lifetime = Microseconds(options.ReservationLifetime);
        var horizons = Horizons(tenantId, now, now - lifetime);
        var statement = _session.Prepare(
            """
            SELECT id, remaining, domain, mailbox, taken_at, host FROM reservations
            WHERE tenant = ?1 AND remaining > 0 AND taken_at <= ?2 ORDER BY taken_at LIMIT ?3
            """)
            .Bind(1, tenantId).Bind(2, horizons.Latest).Bind(3, ExpireAtOnce);
        var due = new List<OpenReservation>();

        while (statement.Step())
        {
            var open = OpenReservation.Read(statement, tenantId);

            if (open.TakenAt <= horizons.Of(statement.IsNull(5) ? null : statement.Text(5)))
            {
                due.Add(open);
            }
        }

        due.ForEach(open => Reduce(open, open.Remaining));
    }

    /// <summary>Up to when reservations expire, by the host that was to report them.</summary>
    private ExpiryHorizons Horizons(string tenantId, long now, long oldest)
    {
        // With a lifetime below the grace, the lifetime is what counts.
        var grace = Math.Min(Microseconds(options.ReservationGrace), now - oldest);
        var horizons = new ExpiryHorizons(oldest);
        var statement = _session.Prepare(
            "SELECT host, CASE WHEN settling_at <= ?2 THEN settling_to ELSE settled_to END FROM quota_hosts WHERE tenant = ?1 AND seen_at > ?3")
            .Bind(1, tenantId).Bind(2, now - grace).Bind(3, oldest);

        while (statement.Step())
        {
            horizons.Add(statement.Text(0), Math.Min(statement.Long(1), now) - grace);
        }

        return horizons;
    }

    /// <summary>Remembers how far a host's log is known.</summary>
    public void Reported(string tenantId, string host, long reportedTo)
    {
        var now = Time.ToMicroseconds(ledger.Now);
        var grace = Microseconds(options.ReservationGrace);

        // What has been known for the length of the grace is settled: every batch before it has long been applied.
        _session.Prepare(
            """
            INSERT INTO quota_hosts (tenant, host, reported_to, settling_to, settling_at, settled_to, seen_at) VALUES (?1, ?2, ?3, ?3, ?4, 0, ?4)
            ON CONFLICT DO UPDATE SET
              reported_to = MAX(reported_to, ?3),
              settled_to = CASE WHEN settling_at <= ?4 - ?5 THEN settling_to ELSE settled_to END,
              settling_to = CASE WHEN settling_at <= ?4 - ?5 THEN MAX(reported_to, ?3) ELSE settling_to END,
              settling_at = CASE WHEN settling_at <= ?4 - ?5 THEN ?4 ELSE settling_at END,
              seen_at = ?4
            """)
            .Bind(1, tenantId).Bind(2, host).Bind(3, Math.Min(reportedTo, now)).Bind(4, now).Bind(5, grace)
            .Execute();
    }

    private void Reduce(OpenReservation open, long recipients)
    {
        var counters = Counters(open);
        _session.Prepare("UPDATE reservations SET remaining = remaining - ?2 WHERE id = ?1").Bind(1, open.Id).Bind(2, recipients).Execute();
        Add(counters, -recipients);
    }

    private List<QuotaCounter> Counters(OpenReservation open) => ledger.Counters(open.Scope, Time.FromMicroseconds(open.TakenAt));

    private static void Add(List<QuotaCounter> counters, long recipients)
    {
        foreach (var counter in counters)
        {
            counter.Reserved += recipients;
            counter.Changed |= recipients != 0;
        }
    }

    private QuotaStanding? Violated(List<QuotaCounter> counters, int recipients) =>
        counters.Select(ledger.Standing).FirstOrDefault(standing => !standing.Fits(recipients));

    private QuotaStanding? Tightest(List<QuotaCounter> counters) =>
        counters.Select(ledger.Standing).Where(standing => standing.Limit is not null).MinBy(standing => standing.Remaining);

    private long? Find(ReservationRequest request)
    {
        var statement = _session.Prepare("SELECT recipients FROM reservations WHERE tenant = ?1 AND key = ?2").Bind(1, request.TenantId).Bind(2, request.Key);

        if (!statement.Step())
        {
            return null;
        }

        var recipients = statement.Long(0);
        statement.Reset();

        return recipients;
    }

    private void Insert(ReservationRequest request) =>
        _session.Prepare(
            """
            INSERT INTO reservations (tenant, key, recipients, remaining, domain, mailbox, queue_id, host, taken_at)
            VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
            .Bind(1, request.TenantId).Bind(2, request.Key).Bind(3, (long)request.Recipients)
            .Bind(4, request.Domain ?? "").Bind(5, request.Mailbox ?? "").Bind(6, request.QueueId).Bind(7, request.Host)
            .Bind(8, Time.ToMicroseconds(ledger.Now))
            .Execute();

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>What is older than <paramref name="oldest"/> expires in any case.</summary>
    private sealed class ExpiryHorizons(long oldest)
    {
        private readonly Dictionary<string, long> _hosts = new(StringComparer.OrdinalIgnoreCase);

        public long Latest => _hosts.Count == 0 ? oldest : Math.Max(oldest, _hosts.Values.Max());

        public void Add(string host, long horizon) => _hosts[host] = horizon;

        /// <summary>Where the host is not known, every host must have reported past it.</summary>
        public long Of(string? host) => Math.Max(oldest, host is null
            ? _hosts.Count == 0 ? oldest : _hosts.Values.Min()
            : _hosts.GetValueOrDefault(host, oldest));
    }

    private readonly record struct OpenReservation(long Id, long Remaining, StatisticsScope Scope, long TakenAt)
    {
        public static OpenReservation Read(SqliteStatement statement, string tenantId) => new(
            statement.Long(0),
            statement.Long(1),
            new(tenantId, statement.Text(2) is { Length: > 0 } domain ? domain : null, statement.Text(3) is { Length: > 0 } mailbox ? mailbox : null),
            statement.Long(4));
    }
}
