using MailStats.Storage.Deliveries;
using MailStats.Storage.Quotas;
using Microsoft.Extensions.Options;

namespace MailStats.Storage.Sqlite.Quotas;

internal sealed class SqliteQuotaStore(SqliteDatabase database, IOptions<QuotaOptions> options, TimeProvider time) : IQuotaStore
{
    private const int HistoryLength = 25;

    /// <summary>How long a reservation that is used up or expired is remembered, so that the same key is recognised.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(3);

    private static readonly TimeSpan BetweenExpiries = TimeSpan.FromSeconds(30);

    private DateTimeOffset _expiredAt = DateTimeOffset.MinValue;

    public Task<ReservationOutcome> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken) =>
        database.WriteUrgentAsync(session => Gather(session).Reservations.Reserve(request), group: this, cancellationToken);

    public Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken) =>
        database.WriteUrgentAsync(session => Gather(session).Reservations.Release(tenantId, key), group: this, cancellationToken);

    public Task<IReadOnlyList<QuotaStanding>> StandingsAsync(StatisticsScope scope, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<QuotaStanding>>(session =>
        {
            var ledger = new SqliteQuotaLedger(session, time.GetUtcNow());

            return [.. ledger.Counters(scope, ledger.Now).Select(ledger.Standing)];
        }));

    public Task<IReadOnlyList<QuotaStanding>> LimitsAsync(string tenantId, int skip, int count, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<QuotaStanding>>(session =>
        {
            var keys = new List<QuotaKey>();
            var statement = session.Prepare("SELECT domain, mailbox, span FROM quota_limits WHERE tenant = ?1 ORDER BY domain, mailbox, span LIMIT ?2 OFFSET ?3")
                .Bind(1, tenantId).Bind(2, count).Bind(3, skip);

            while (statement.Step())
            {
                keys.Add(ReadKey(statement, tenantId, 0));
            }

            var ledger = new SqliteQuotaLedger(session, time.GetUtcNow());

            return [.. keys.Select(key => ledger.Standing(ledger.Counter(key, ledger.Now)))];
        }));

    public Task<IReadOnlyList<PastPeriod>> HistoryAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<PastPeriod>>(session =>
        {
            var ledger = new SqliteQuotaLedger(session, time.GetUtcNow());
            var key = new QuotaKey(new(tenantId), QuotaWindow.Month);
            var first = FirstQuarter(session, tenantId);
            var past = new List<PastPeriod>();

            for (var period = ledger.Counter(key, ledger.Now).Period; past.Count < HistoryLength;)
            {
                period = ledger.Terms(tenantId).PeriodAt(period.Start.AddTicks(-1), QuotaWindow.Month);

                if (period.End <= first)
                {
                    break;
                }

                past.Add(new(period, ledger.Counter(key, period.Start).Used, LimitThen(session, key, period)));
            }

            return past;
        }));

    public Task<QuotaSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteQuotaSettings.Read(session, tenantId)));

    public Task SaveSettingsAsync(QuotaSettings settings, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow();
                var blocked = BlockedCounters(session, "tenant = ?1", settings.TenantId);
                SqliteQuotaSettings.Write(session, settings);
                var ledger = new SqliteQuotaLedger(session, now);
                blocked.Where(counter => counter.Calendar != ledger.Terms(settings.TenantId).CalendarName)
                    .ToList()
                    .ForEach(counter => EndBlock(ledger, counter));
                ledger.Flush();

                return true;
            },
            cancellationToken);

    public Task SaveLimitAsync(QuotaLimit limit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow();
                var key = new QuotaKey(limit.Scope, limit.Window);
                var before = new SqliteQuotaLedger(session, now).Limit(key);
                var raised = before is null || limit.Recipients > before.Recipients;
                WriteLimit(session, limit, raised ? Math.Max(Time.ToMicroseconds(now), (before?.Generation ?? 0) + 1) : before!.Generation);

                var ledger = new SqliteQuotaLedger(session, now);
                var counter = ledger.Counter(key, now);
                counter.Changed = true;

                if (raised && before is not null)
                {
                    ledger.TakeAsTold(counter);
                }

                ledger.Flush();

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveLimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var key = new QuotaKey(scope, window);
                var now = time.GetUtcNow();

                if (new SqliteQuotaLedger(session, now).Limit(key) is null)
                {
                    return false;
                }

                Bind(session.Prepare("DELETE FROM quota_limits WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4"), key).Execute();
                var ledger = new SqliteQuotaLedger(session, now);
                ledger.Counter(key, now).Changed = true;
                ledger.Flush();

                if (!key.IsTenantMonth)
                {
                    // What nothing limits is not counted any more; set again, it is summed anew.
                    Bind(session.Prepare("DELETE FROM quota_counters WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4"), key).Execute();
                }

                return true;
            },
            cancellationToken);

    public Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (!IsAnythingDue())
        {
            return Task.CompletedTask;
        }

        _expiredAt = time.GetUtcNow();

        return database.WriteAsync(
            session =>
            {
                var ledger = new SqliteQuotaLedger(session, time.GetUtcNow());
                var now = Time.ToMicroseconds(ledger.Now);
                var reservations = new SqliteReservations(ledger, options.Value);
                OpenTenants(session, now - Microseconds(options.Value.ReservationGrace)).ForEach(reservations.Expire);
                BlockedCounters(session, "ends <= ?1", now).ForEach(counter => EndBlock(ledger, counter));
                ledger.Flush();
                session.Prepare("DELETE FROM reservations WHERE taken_at < ?1 AND remaining = 0").Bind(1, now - Microseconds(Memory + options.Value.ReservationLifetime)).Execute();

                return true;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<QuotaDifference>> VerifyAsync(bool repair, CancellationToken cancellationToken)
    {
        if (!repair)
        {
            return Task.FromResult(database.Read(session => SqliteQuotaVerification.Compare(session, time.GetUtcNow())));
        }

        return database.WriteAsync(
            session =>
            {
                var differences = SqliteQuotaVerification.Compare(session, time.GetUtcNow());
                SqliteQuotaVerification.Repair(session, differences);

                return differences;
            },
            cancellationToken);
    }

    /// <summary>
    /// Looked up without a write, so that the writer is left alone while nothing is due. Reservations that wait for a log
    /// that is collected once a day are looked at twice a minute; whoever needs the room looks at once.
    /// </summary>
    private bool IsAnythingDue() => database.Read(session =>
    {
        var now = Time.ToMicroseconds(time.GetUtcNow());
        var lookAtReservations = time.GetUtcNow() - _expiredAt >= BetweenExpiries;
        var statement = session.Prepare(
            """
            SELECT (?4 AND EXISTS (SELECT 1 FROM reservations WHERE remaining > 0 AND taken_at <= ?1))
              OR (?4 AND EXISTS (SELECT 1 FROM reservations WHERE taken_at < ?2))
              OR EXISTS (SELECT 1 FROM quota_counters WHERE blocked = 1 AND ends <= ?3)
            """)
            .Bind(1, now - Microseconds(options.Value.ReservationGrace))
            .Bind(2, now - Microseconds(Memory + options.Value.ReservationLifetime))
            .Bind(3, now)
            .Bind(4, lookAtReservations ? 1 : 0);
        statement.Step();
        var due = statement.Long(0) != 0;
        statement.Reset();

        return due;
    });

    /// <summary>A period in which mail was blocked is over. Mail flows again unless the new one is full as well.</summary>
    private static void EndBlock(SqliteQuotaLedger ledger, BlockedCounter ended)
    {
        var current = ledger.Counter(ended.Key, ledger.Now);
        var standing = ledger.Standing(current);
        current.Changed = true;

        if (!standing.Blocked)
        {
            ledger.Publish(QuotaNotice.Restored(standing, ended.Period, ended.Episode, ledger.Now));
        }

        Bind(ledger.Session.Prepare("UPDATE quota_counters SET blocked = 0, episode = episode + 1 WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4 AND start = ?5"), ended.Key)
            .Bind(5, Time.ToMicroseconds(ended.Period.Start))
            .Execute();
    }

    private Gathering Gather(SqliteSession session) =>
        session.Gather(() => new Gathering(session, time.GetUtcNow(), options.Value), gathering => gathering.Ledger.Flush());

    private static void WriteLimit(SqliteSession session, QuotaLimit limit, long generation) =>
        Bind(
            session.Prepare(
                """
                INSERT INTO quota_limits (tenant, domain, mailbox, span, recipients, temporary, generation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT DO UPDATE SET recipients = ?5, temporary = ?6, generation = ?7
                """),
            new(limit.Scope, limit.Window))
            .Bind(5, limit.Recipients).Bind(6, limit.Temporary ? 1 : 0).Bind(7, generation)
            .Execute();

    private static long? LimitThen(SqliteSession session, QuotaKey key, QuotaPeriod period)
    {
        var statement = Bind(
            session.Prepare("SELECT recipients_limit FROM quota_counters WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4 AND start = ?5"), key)
            .Bind(5, Time.ToMicroseconds(period.Start));

        if (!statement.Step())
        {
            return null;
        }

        var limit = statement.LongOrNull(0);
        statement.Reset();

        return limit;
    }

    private static DateTimeOffset FirstQuarter(SqliteSession session, string tenantId) =>
        SqliteStatisticsStore.FirstQuarter(session, tenantId) is { } quarter ? Time.StartOfQuarter(quarter) : DateTimeOffset.MaxValue;

    private static List<string> OpenTenants(SqliteSession session, long takenBefore)
    {
        var statement = session.Prepare("SELECT DISTINCT tenant FROM reservations WHERE remaining > 0 AND taken_at <= ?1").Bind(1, takenBefore);
        var tenants = new List<string>();

        while (statement.Step())
        {
            tenants.Add(statement.Text(0));
        }

        return tenants;
    }

    private static List<BlockedCounter> BlockedCounters(SqliteSession session, string where, object value)
    {
        var statement = session.Prepare($"SELECT domain, mailbox, span, tenant, start, ends, episode, calendar FROM quota_counters WHERE blocked = 1 AND {where}");
        statement = value is long number ? statement.Bind(1, number) : statement.Bind(1, (string)value);
        var counters = new List<BlockedCounter>();

        while (statement.Step())
        {
            counters.Add(new(
                ReadKey(statement, statement.Text(3), 0),
                new(Time.FromMicroseconds(statement.Long(4)), Time.FromMicroseconds(statement.Long(5))),
                statement.Long(6),
                statement.Text(7)));
        }

        return counters;
    }

    private static QuotaKey ReadKey(SqliteStatement statement, string tenantId, int column) => new(
        new(
            tenantId,
            statement.Text(column) is { Length: > 0 } domain ? domain : null,
            statement.Text(column + 1) is { Length: > 0 } mailbox ? mailbox : null),
        (QuotaWindow)statement.Int(column + 2));

    private static SqliteStatement Bind(SqliteStatement statement, QuotaKey key) =>
        statement.Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox).Bind(4, (int)key.Window);

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private sealed record BlockedCounter(QuotaKey Key, QuotaPeriod Period, long Episode, string Calendar);

    /// <summary>The reservations of all callers of one transaction.</summary>
    private sealed class Gathering
    {
        public Gathering(SqliteSession session, DateTimeOffset now, QuotaOptions options)
        {
            Ledger = new(session, now);
            Reservations = new(Ledger, options);
        }

        public SqliteQuotaLedger Ledger { get; }

        public SqliteReservations Reservations { get; }
    }
}
