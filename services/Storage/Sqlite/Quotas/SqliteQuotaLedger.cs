using MailStats.Storage.Deliveries;
using MailStats.Storage.Quotas;

namespace MailStats.Storage.Sqlite.Quotas;

/// <summary>
/// Limits and counters within one transaction. What is looked up is kept, what is changed is written once, by
/// <see cref="Flush"/>, together with the notices that the changes give rise to. A counter is taken from the ledger before
/// the rows it sums are changed: one that is not there yet is summed from them.
/// </summary>
internal sealed class SqliteQuotaLedger(SqliteSession session, DateTimeOffset now)
{
    /// <summary>Up to here a tenant's limits are read at once; past it each is looked up.</summary>
    private const int FewLimits = 256;

    private readonly Dictionary<string, TenantBook> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<(QuotaKey Key, DateTimeOffset Start), QuotaCounter> _counters = [];

    public DateTimeOffset Now => now;

    public SqliteSession Session => session;

    public QuotaTerms Terms(string tenantId) => Book(tenantId).Terms;

    public StoredLimit? Limit(in QuotaKey key)
    {
        var book = Book(key.Scope.TenantId);

        if (book.Limits.TryGetValue(key, out var limit) || book.HasAllLimits)
        {
            return limit;
        }

        var statement = session.Prepare("SELECT recipients, temporary, generation FROM quota_limits WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4")
            .Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox).Bind(4, (int)key.Window);

        if (statement.Step())
        {
            limit = new(statement.Long(0), statement.Long(1) != 0, statement.Long(2));
            statement.Reset();
        }

        book.Limits.Add(key, limit);

        return limit;
    }

    /// <summary>The counters of an instant that are kept for a mailbox: the tenant's month, and whatever has a limit.</summary>
    public List<QuotaCounter> Counters(StatisticsScope scope, DateTimeOffset at)
    {
        var book = Book(scope.TenantId);
        var counters = new List<QuotaCounter>(2);

        foreach (var key in QuotaKey.Of(scope))
        {
            if (key.IsTenantMonth || (!book.IsUnlimited && Limit(key) is not null))
            {
                counters.Add(Counter(key, at));
            }
        }

        return counters;
    }

    public QuotaCounter Counter(in QuotaKey key, DateTimeOffset at)
    {
        var terms = Terms(key.Scope.TenantId);
        var period = terms.PeriodAt(at, key.Window);

        if (!_counters.TryGetValue((key, period.Start), out var counter))
        {
            counter = Load(key, period, terms);
            _counters.Add((key, period.Start), counter);
        }

        return counter;
    }

    public QuotaStanding Standing(QuotaCounter counter)
    {
        var limit = Limit(counter.Key);

        return new(
            counter.Key.Scope,
            counter.Key.Window,
            limit?.Recipients,
            counter.Used,
            counter.Reserved,
            counter.Period,
            limit is { Temporary: true },
            Terms(counter.Key.Scope.TenantId).TimeZone);
    }

    /// <summary>Writes what has changed. Every notice goes out in the transaction of the change it tells of.</summary>
    public void Flush()
    {
        foreach (var counter in _counters.Values)
        {
            if (counter.Changed)
            {
                Notify(counter);
                Write(counter);
                counter.Changed = false;
            }
        }
    }

    /// <summary>Takes thresholds that are reached already as told: a raised limit arms them anew, and tells only what is reached after that.</summary>
    public void TakeAsTold(QuotaCounter counter)
    {
        if (Limit(counter.Key) is not { } limit)
        {
            return;
        }

        var standing = Standing(counter);

        foreach (var threshold in QuotaThresholds.Reached(Terms(counter.Key.Scope.TenantId).Thresholds, standing.Taken, limit.Recipients))
        {
            // Whoever knows that mail is blocked, and it still is, need not hear it again.
            if (threshold < QuotaThresholds.Blocked || counter.Blocked)
            {
                IsFirst(QuotaNotice.Reached(standing, threshold, limit.Generation, counter.Episode, now));
            }
        }
    }

    public void Publish(QuotaNotice notice)
    {
        if (IsFirst(notice))
        {
            SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, now);
        }
    }

    private void Notify(QuotaCounter counter)
    {
        if (!counter.Period.Contains(now))
        {
            return;
        }

        var standing = Standing(counter);
        var limit = Limit(counter.Key);

        if (limit is not null)
        {
            foreach (var threshold in QuotaThresholds.Reached(Terms(counter.Key.Scope.TenantId).Thresholds, standing.Taken, limit.Recipients))
            {
                Publish(QuotaNotice.Reached(standing, threshold, limit.Generation, counter.Episode, now));
            }
        }

        if (standing.Blocked)
        {
            counter.Blocked = true;
        }
        else if (counter.Blocked)
        {
            Publish(QuotaNotice.Restored(standing, counter.Period, counter.Episode, now));
            counter.Blocked = false;
            counter.Episode++;
        }
    }

    private bool IsFirst(QuotaNotice notice)
    {
        var statement = session.Prepare("INSERT INTO quota_notices (notice_id, given_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING 1")
            .Bind(1, notice.NoticeId.ToString()).Bind(2, Time.ToMicroseconds(now));
        var first = statement.Step();
        statement.Reset();

        return first;
    }

    private QuotaCounter Load(in QuotaKey key, in QuotaPeriod period, QuotaTerms terms)
    {
        var statement = session.Prepare(
            "SELECT used, reserved, blocked, episode, calendar FROM quota_counters WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4 AND start = ?5")
            .Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox).Bind(4, (int)key.Window).Bind(5, Time.ToMicroseconds(period.Start));
        var counter = new QuotaCounter { Key = key, Period = period };

        if (statement.Step())
        {
            counter.Used = statement.Long(0);
            counter.Reserved = statement.Long(1);
            counter.Blocked = statement.Long(2) != 0;
            counter.Episode = statement.Long(3);
            var sameCalendar = statement.Text(4) == terms.CalendarName;
            statement.Reset();

            if (sameCalendar)
            {
                return counter;
            }
        }

        counter.Used = SumUsed(key, period);
        counter.Reserved = SumReserved(key, period);
        counter.Summed = true;
        counter.Changed = true;

        return counter;
    }

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
            .Bind(4, Time.ToMicroseconds(period.Start)).Bind(5, Time.ToMicroseconds(period.End));
        statement.Step();
        var sum = statement.Long(0);
        statement.Reset();

        return sum;
    }

    /// <summary>The limit is remembered as it is while the period lasts.</summary>
    private void Write(QuotaCounter counter)
    {
        var current = counter.Period.Contains(now);
        session.Prepare(
            """
            INSERT INTO quota_counters (tenant, domain, mailbox, span, start, ends, calendar, used, reserved, recipients_limit, blocked, episode)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT DO UPDATE SET ends = ?6, calendar = ?7, used = ?8, reserved = ?9, blocked = ?11, episode = ?12,
              recipients_limit = CASE WHEN ?13 THEN ?10 ELSE recipients_limit END
            """)
            .Bind(1, counter.Key.Scope.TenantId).Bind(2, counter.Key.Domain).Bind(3, counter.Key.Mailbox).Bind(4, (int)counter.Key.Window)
            .Bind(5, Time.ToMicroseconds(counter.Period.Start)).Bind(6, Time.ToMicroseconds(counter.Period.End))
            .Bind(7, Terms(counter.Key.Scope.TenantId).CalendarName).Bind(8, counter.Used).Bind(9, counter.Reserved)
            .Bind(10, current ? Limit(counter.Key)?.Recipients : null).Bind(11, counter.Blocked ? 1 : 0).Bind(12, counter.Episode)
            .Bind(13, current ? 1 : 0)
            .Execute();
    }

    private TenantBook Book(string tenantId)
    {
        if (!_books.TryGetValue(tenantId, out var book))
        {
            book = new() { Terms = LoadTerms(tenantId) };
            LoadLimits(tenantId, book);
            _books.Add(tenantId, book);
        }

        return book;
    }

    private QuotaTerms LoadTerms(string tenantId)
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

    private void LoadLimits(string tenantId, TenantBook book)
    {
        var statement = session.Prepare("SELECT domain, mailbox, span, recipients, temporary, generation FROM quota_limits WHERE tenant = ?1 LIMIT ?2")
            .Bind(1, tenantId).Bind(2, FewLimits + 1);

        while (statement.Step())
        {
            var domain = statement.Text(0) is { Length: > 0 } named ? named : null;
            var mailbox = statement.Text(1) is { Length: > 0 } address ? address : null;
            book.Limits.Add(
                new(new(tenantId, domain, mailbox), (QuotaWindow)statement.Int(2)),
                new StoredLimit(statement.Long(3), statement.Long(4) != 0, statement.Long(5)));
        }

        book.HasAllLimits = book.Limits.Count <= FewLimits;
        book.IsUnlimited = book.Limits.Count == 0;
    }

    private sealed class TenantBook
    {
        public required QuotaTerms Terms { get; init; }

        public Dictionary<QuotaKey, StoredLimit?> Limits { get; } = [];

        public bool HasAllLimits { get; set; }

        public bool IsUnlimited { get; set; }
    }
}

/// <param name="Recipients">Allowed in a period.</param>
/// <param name="Temporary">Refusals are 451.</param>
/// <param name="Generation">When it was set or last raised, microseconds.</param>
internal sealed record StoredLimit(long Recipients, bool Temporary, long Generation);

/// <summary>What is used and reserved of one limit in one period.</summary>
internal sealed class QuotaCounter
{
    public required QuotaKey Key { get; init; }

    public required QuotaPeriod Period { get; init; }

    public long Used { get; set; }

    public long Reserved { get; set; }

    /// <summary>People know that mail is blocked.</summary>
    public bool Blocked { get; set; }

    public long Episode { get; set; }

    /// <summary>True when it was summed in this transaction, so that it holds what this transaction has already written.</summary>
    public bool Summed { get; set; }

    public bool Changed { get; set; }
}
