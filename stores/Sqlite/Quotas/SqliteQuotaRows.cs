using MailStats.Mail.Quotas;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Sqlite.Statistics;

namespace MailStats.Stores.Sqlite.Quotas;

/// <summary>Settings, limits and counters within one transaction. Settings and limits that were read are kept.</summary>
internal sealed class SqliteQuotaRows(SqliteSession session) : IQuotaRows
{
    /// <summary>Up to here a tenant's limits are read at once; past it each is looked up.</summary>
    private const int FewLimits = 256;

    private const string OfKey = "tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4";

    private readonly Dictionary<string, TenantBook> _books = new(StringComparer.Ordinal);

    public QuotaTerms Terms(string tenantId) => Book(tenantId).Terms;

    public StoredLimit? Limit(in QuotaKey key)
    {
        var book = Book(key.Scope.TenantId);

        if (book.Limits.Count == 0 && book.HasAllLimits)
        {
            return null;
        }

        if (book.Limits.TryGetValue(key, out var limit) || book.HasAllLimits)
        {
            return limit;
        }

        var statement = Bind(session.Prepare($"SELECT recipients, temporary, generation FROM quota_limits WHERE {OfKey}"), key);

        if (statement.Step())
        {
            limit = new(statement.Long(0), statement.Long(1) != 0, statement.Long(2));
            statement.Reset();
        }

        book.Limits.Add(key, limit);

        return limit;
    }

    public QuotaCounter? Find(in QuotaKey key, DateTimeOffset start) =>
        Counters($"{OfKey} AND start = ?5", statement => statement.Bind(5, UnixTime.ToMicroseconds(start)), key).FirstOrDefault();

    public IReadOnlyList<QuotaCounter> AllCounters() => Counters("TRUE", statement => statement);

    public long SumUsed(in QuotaKey key, in QuotaPeriod period) =>
        SqliteStatisticsStore.Sum(session, key.Scope, new(period.Start, period.End)).Recipients;

    public long SumReserved(in QuotaKey key, in QuotaPeriod period)
    {
        var statement = session.Prepare(
            """
            SELECT COALESCE(SUM(remaining), 0) FROM reservations
            WHERE tenant = ?1 AND remaining > 0 AND (?2 = '' OR domain = ?2) AND (?3 = '' OR mailbox = ?3) AND taken_at >= ?4 AND taken_at < ?5
            """)
            .Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox)
            .Bind(4, UnixTime.ToMicroseconds(period.Start)).Bind(5, UnixTime.ToMicroseconds(period.End));
        statement.Step();
        var sum = statement.Long(0);
        statement.Reset();

        return sum;
    }

    public IReadOnlyList<QuotaKey> LimitedKeys(string tenantId, int skip, int count)
    {
        var statement = session.Prepare("SELECT domain, mailbox, span FROM quota_limits WHERE tenant = ?1 ORDER BY domain, mailbox, span LIMIT ?2 OFFSET ?3")
            .Bind(1, tenantId).Bind(2, count).Bind(3, skip);
        var keys = new List<QuotaKey>();

        while (statement.Step())
        {
            keys.Add(ReadKey(statement, tenantId, 0));
        }

        return keys;
    }

    /// <summary>Periods whose block nobody has been told the end of: the tenant's, or those that are over.</summary>
    public IReadOnlyList<BlockedPeriod> BlockedPeriods(string? tenantId = null, DateTimeOffset? endedBy = null) =>
        [.. Counters(
            "blocked = 1 AND (?1 IS NULL OR tenant = ?1) AND (?2 IS NULL OR ends <= ?2)",
            statement => statement.Bind(1, tenantId).Bind(2, endedBy is { } end ? UnixTime.ToMicroseconds(end) : null))
            .Select(counter => new BlockedPeriod(counter.Key, counter.Period, counter.Episode, counter.Calendar))];

    public void SetLimit(in QuotaKey key, StoredLimit? limit)
    {
        if (limit is null)
        {
            Bind(session.Prepare($"DELETE FROM quota_limits WHERE {OfKey}"), key).Execute();
        }
        else
        {
            Save(key, limit);
        }

        _books.Remove(key.Scope.TenantId);
    }

    public void RemoveCounters(in QuotaKey key) => Bind(session.Prepare($"DELETE FROM quota_counters WHERE {OfKey}"), key).Execute();

    public void Write(QuotaChanges changes, DateTimeOffset now)
    {
        foreach (var ended in changes.Ended)
        {
            Bind(session.Prepare($"UPDATE quota_counters SET blocked = 0, episode = episode + 1 WHERE {OfKey} AND start = ?5"), ended.Key)
                .Bind(5, UnixTime.ToMicroseconds(ended.Period.Start))
                .Execute();
        }

        foreach (var (notice, isToldAlready) in changes.Notices)
        {
            if (IsFirst(notice, now) && !isToldAlready)
            {
                SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, now);
            }
        }

        foreach (var counter in changes.Counters)
        {
            Write(counter);
        }
    }

    private void Save(in QuotaKey key, StoredLimit limit) =>
        Bind(
            session.Prepare(
                """
                INSERT INTO quota_limits (tenant, domain, mailbox, span, recipients, temporary, generation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT DO UPDATE SET recipients = ?5, temporary = ?6, generation = ?7
                """),
            key)
            .Bind(5, limit.Recipients).Bind(6, limit.Temporary ? 1 : 0).Bind(7, limit.Generation)
            .Execute();

    private bool IsFirst(QuotaNotice notice, DateTimeOffset now)
    {
        var statement = session.Prepare("INSERT INTO quota_notices (notice_id, given_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING 1")
            .Bind(1, notice.NoticeId.ToString()).Bind(2, UnixTime.ToMicroseconds(now));
        var first = statement.Step();
        statement.Reset();

        return first;
    }

    private void Write(QuotaCounter counter) =>
        Bind(
            session.Prepare(
                """
                INSERT INTO quota_counters (tenant, domain, mailbox, span, start, ends, calendar, used, reserved, recipients_limit, blocked, episode, unreserved)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                ON CONFLICT DO UPDATE SET ends = ?6, calendar = ?7, used = ?8, reserved = ?9, recipients_limit = ?10, blocked = ?11, episode = ?12, unreserved = ?13
                """),
            counter.Key)
            .Bind(5, UnixTime.ToMicroseconds(counter.Period.Start)).Bind(6, UnixTime.ToMicroseconds(counter.Period.End)).Bind(7, counter.Calendar)
            .Bind(8, counter.Used).Bind(9, counter.Reserved).Bind(10, counter.LimitThen)
            .Bind(11, counter.Blocked ? 1 : 0).Bind(12, counter.Episode).Bind(13, counter.Unreserved)
            .Execute();

    private List<QuotaCounter> Counters(string where, Func<SqliteStatement, SqliteStatement> bind, QuotaKey? key = null)
    {
        var statement = session.Prepare(
            $"SELECT domain, mailbox, span, tenant, start, ends, calendar, used, reserved, recipients_limit, blocked, episode, unreserved FROM quota_counters WHERE {where}");
        statement = bind(key is { } one ? Bind(statement, one) : statement);
        var counters = new List<QuotaCounter>();

        while (statement.Step())
        {
            counters.Add(new()
            {
                Key = key ?? ReadKey(statement, statement.Text(3), 0),
                Period = new(UnixTime.FromMicroseconds(statement.Long(4)), UnixTime.FromMicroseconds(statement.Long(5))),
                Calendar = statement.Text(6),
                Used = statement.Long(7),
                Reserved = statement.Long(8),
                LimitThen = statement.LongOrNull(9),
                Blocked = statement.Long(10) != 0,
                Episode = statement.Long(11),
                Unreserved = statement.Long(12),
            });
        }

        return counters;
    }

    private TenantBook Book(string tenantId)
    {
        if (!_books.TryGetValue(tenantId, out var book))
        {
            book = new() { Terms = ReadTerms(tenantId) };
            ReadLimits(tenantId, book);
            _books.Add(tenantId, book);
        }

        return book;
    }

    private QuotaTerms ReadTerms(string tenantId)
    {
        var settings = SqliteQuotaSettings.Read(session, tenantId);
        var zone = settings.TimeZone;

        if (zone is null)
        {
            var statement = session.Prepare("SELECT time_zone FROM tenants WHERE id = ?1").Bind(1, tenantId);
            zone = statement.Step() ? statement.Text(0) : "UTC";
            statement.Reset();
        }

        return new(settings.AnchorDay, zone, settings.Thresholds);
    }

    private void ReadLimits(string tenantId, TenantBook book)
    {
        var statement = session.Prepare("SELECT domain, mailbox, span, recipients, temporary, generation FROM quota_limits WHERE tenant = ?1 LIMIT ?2")
            .Bind(1, tenantId).Bind(2, FewLimits + 1);

        while (statement.Step())
        {
            book.Limits.Add(ReadKey(statement, tenantId, 0), new StoredLimit(statement.Long(3), statement.Long(4) != 0, statement.Long(5)));
        }

        book.HasAllLimits = book.Limits.Count <= FewLimits;
    }

    private static QuotaKey ReadKey(SqliteStatement statement, string tenantId, int column) => new(
        new(
            tenantId,
            statement.Text(column) is { Length: > 0 } domain ? domain : null,
            statement.Text(column + 1) is { Length: > 0 } mailbox ? mailbox : null),
        (QuotaWindow)statement.Int(column + 2));

    private static SqliteStatement Bind(SqliteStatement statement, in QuotaKey key) =>
        statement.Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox).Bind(4, (int)key.Window);

    private sealed class TenantBook
    {
        public required QuotaTerms Terms { get; init; }

        public Dictionary<QuotaKey, StoredLimit?> Limits { get; } = [];

        public bool HasAllLimits { get; set; }
    }
}
