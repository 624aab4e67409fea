using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Statistics;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite.Quotas;

internal sealed class SqliteQuotaStore(SqliteDatabase database, IOptions<QuotaOptions> options, TimeProvider time) : IQuotaStore
{
    private DateTimeOffset _expiredAt = DateTimeOffset.MinValue;

    /// <summary>The reservations of all callers that wait share one transaction.</summary>
    public Task<ReservationOutcome> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken) =>
        database.WriteUrgentAsync(session => Gather(session).Reserve(request), group: this, cancellationToken);

    public Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken) =>
        database.WriteUrgentAsync(session => Gather(session).Reservations.Release(tenantId, key), group: this, cancellationToken);

    public Task<IReadOnlyList<QuotaStanding>> StandingsAsync(StatisticsScope scope, CancellationToken cancellationToken) =>
        Read(quotas => quotas.Ledger.Standings(scope));

    public Task<IReadOnlyList<QuotaStanding>> LimitsAsync(string tenantId, int skip, int count, CancellationToken cancellationToken) =>
        Read(quotas => quotas.Ledger.Standings(quotas.Rows.LimitedKeys(tenantId, skip, count)));

    public Task<IReadOnlyList<PastPeriod>> HistoryAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
            SqliteStatisticsStore.FirstQuarter(session, tenantId) is { } quarter
                ? Quotas(session).Ledger.History(tenantId, UnixTime.StartOfQuarter(quarter), PastPeriod.Shown)
                : []));

    public Task<QuotaSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteQuotaSettings.Read(session, tenantId)));

    public Task<bool> ReplaceSettingsAsync(QuotaSettings settings, Func<QuotaSettings, bool> condition, CancellationToken cancellationToken) =>
        WriteAsync(
            (session, quotas) =>
            {
                if (!condition(SqliteQuotaSettings.Read(session, settings.TenantId)))
                {
                    return false;
                }

                var blocked = quotas.Rows.BlockedPeriods(settings.TenantId);
                SqliteQuotaSettings.Write(session, settings);
                var calendar = quotas.Rows.Terms(settings.TenantId).CalendarName;

                foreach (var period in blocked.Where(period => period.Calendar != calendar))
                {
                    quotas.Ledger.EndBlock(period);
                }

                return true;
            },
            cancellationToken);

    public Task<QuotaLimit?> LimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) =>
        Read(quotas => quotas.Ledger.Limit(new(scope, window)));

    public Task<bool> ReplaceLimitAsync(QuotaLimit limit, Func<QuotaLimit?, bool> condition, CancellationToken cancellationToken) =>
        WriteAsync(
            (_, quotas) =>
            {
                if (!condition(quotas.Ledger.Limit(new(limit.Scope, limit.Window))))
                {
                    return false;
                }

                quotas.Ledger.SetLimit(limit);

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveLimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var key = new QuotaKey(scope, window);
                var quotas = Quotas(session);

                if (!quotas.Ledger.RemoveLimit(key))
                {
                    return false;
                }

                quotas.Write();

                if (!key.IsTenantMonth)
                {
                    quotas.Rows.RemoveCounters(key);
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

        return WriteAsync(
            (session, quotas) =>
            {
                var now = UnixTime.ToMicroseconds(quotas.Ledger.Now);
                OpenTenants(session, now - UnixTime.Microseconds(options.Value.ReservationGrace)).ForEach(quotas.Reservations.Expire);

                foreach (var ended in quotas.Rows.BlockedPeriods(endedBy: quotas.Ledger.Now))
                {
                    quotas.Ledger.EndBlock(ended);
                }

                session.Prepare("DELETE FROM reservations WHERE taken_at < ?1 AND remaining = 0")
                    .Bind(1, QuotaReservations.ForgottenBefore(quotas.Ledger.Now, options.Value)).Execute();
                session.Prepare("DELETE FROM quota_notices WHERE given_at < ?1").Bind(1, now - UnixTime.Microseconds(QuotaNotice.Remembered)).Execute();

                return true;
            },
            cancellationToken);
    }

    public Task<long> UnreservedAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(session =>
    {
        var statement = session.Prepare(
            "SELECT COALESCE(SUM(MAX(unreserved, 0)), 0) FROM quota_counters WHERE domain = '' AND span = 1 AND start <= ?1 AND ends > ?1")
            .Bind(1, UnixTime.ToMicroseconds(time.GetUtcNow()));
        statement.Step();
        var unreserved = statement.Long(0);
        statement.Reset();

        return unreserved;
    }));

    public Task<IReadOnlyList<QuotaDifference>> VerifyAsync(bool repair, CancellationToken cancellationToken) =>
        repair
            ? WriteAsync((_, quotas) => quotas.Ledger.Compare(quotas.Rows.AllCounters(), repair: true), cancellationToken)
            : Read(quotas => quotas.Ledger.Compare(quotas.Rows.AllCounters(), repair: false));

    /// <summary>
    /// Looked up without a write, so that the writer is left alone while nothing is due. Reservations that wait for a log
    /// that is collected once a day, and what can be forgotten, are looked at twice a minute; whoever needs the room looks at once.
    /// </summary>
    private bool IsAnythingDue() => database.Read(session =>
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var lookAround = time.GetUtcNow() - _expiredAt >= QuotaReservations.BetweenExpiries;
        var statement = session.Prepare(
            """
            SELECT (?4 AND EXISTS (SELECT 1 FROM reservations WHERE remaining > 0 AND taken_at <= ?1))
              OR (?4 AND EXISTS (SELECT 1 FROM reservations WHERE taken_at < ?2))
              OR (?4 AND EXISTS (SELECT 1 FROM quota_notices WHERE given_at < ?5))
              OR EXISTS (SELECT 1 FROM quota_counters WHERE blocked = 1 AND ends <= ?3)
            """)
            .Bind(1, now - UnixTime.Microseconds(options.Value.ReservationGrace))
            .Bind(2, QuotaReservations.ForgottenBefore(time.GetUtcNow(), options.Value))
            .Bind(3, now)
            .Bind(4, lookAround ? 1 : 0)
            .Bind(5, now - UnixTime.Microseconds(QuotaNotice.Remembered));
        statement.Step();
        var due = statement.Long(0) != 0;
        statement.Reset();

        return due;
    });

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

    private SqliteQuotas Quotas(SqliteSession session) => new(session, time.GetUtcNow(), options.Value);

    private SqliteQuotas Gather(SqliteSession session) => session.Gather(() => Quotas(session), quotas => quotas.Write());

    private Task<T> Read<T>(Func<SqliteQuotas, T> read) => Task.FromResult(database.Read(session => read(Quotas(session))));

    private Task<T> WriteAsync<T>(Func<SqliteSession, SqliteQuotas, T> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var quotas = Quotas(session);
                var result = change(session, quotas);
                quotas.Write();

                return result;
            },
            cancellationToken);
}
