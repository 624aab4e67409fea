using System.Runtime.InteropServices;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Statistics;

namespace MailStats.Stores.Sqlite.Statistics;

/// <summary>Numbers of a scope and of what it belongs to.</summary>
internal readonly record struct ScopeRow(long Id, long Parent);

internal sealed class SqliteStatisticsStore(SqliteDatabase database) : IStatisticsStore
{
    private const string Sums = "sum(r.recipients), sum(r.delivered), sum(r.soft), sum(r.hard), sum(r.pending), sum(r.complaints)";

    private const string OfScope = "r.tier = ?2 AND r.start = starts.start AND r.scope = ?1 AND r.parent = ?5";

    /// <summary>A tenant's own rows stand one after the other in an index of theirs.</summary>
    private const string OfTenant = "r.parent = 0 AND r.scope = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4";

    /// <summary>Buckets that are made room for at once: 31 days.</summary>
    private const int MostAhead = 31 * QuartersPerDay;

    private const int QuartersPerDay = 96;

    private const string Columns = "r.start, r.recipients, r.delivered, r.soft, r.hard, r.pending, r.complaints";

    /// <summary>The buckets of a segment: tables that begin with the time are asked for one after the other.</summary>
    private const string Starts = "WITH RECURSIVE starts (start) AS (SELECT ?3 UNION ALL SELECT start + 1 FROM starts WHERE start + 1 < ?4)";

    private volatile RollupMemory _memory = new();

    public Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Read(scope, range, default(Counters), static (session, row, segments) => Sum(session, row, segments), cancellationToken);

    /// <summary>The same within a transaction.</summary>
    public static Counters Sum(SqliteSession session, StatisticsScope scope, TimeRange range) =>
        Find(session, scope) is { } row ? Sum(session, row, RangeComposition.Segments(range)) : default;

    /// <summary>The first quarter hour in which a tenant sent anything; null when it never did. Asks day by day, then within the day.</summary>
    public static long? FirstQuarter(SqliteSession session, string tenantId)
    {
        if (Find(session, new(tenantId)) is not { } row)
        {
            return null;
        }

        var ends = session.Prepare("SELECT (SELECT min(start) FROM rollups WHERE tier = 1), (SELECT max(start) FROM rollups WHERE tier = 1)");
        ends.Step();
        var (first, last) = (ends.LongOrNull(0), ends.LongOrNull(1));
        ends.Reset();

        return first is { } from && last is { } to && FirstIn(session, row, new(RangeComposition.Days, from, to + 1)) is { } day
            ? FirstIn(session, row, new(RangeComposition.Quarters, day * 96, (day + 1) * 96))
            : null;
    }

    private static long? FirstIn(SqliteSession session, ScopeRow row, RollupSegment segment)
    {
        var found = InSegment(session, $"{Starts} SELECT r.start FROM starts CROSS JOIN rollups r ON {OfScope} LIMIT 1", row.Id, segment).Bind(5, row.Parent);
        var start = found.Step() ? found.Long(0) : (long?)null;
        found.Reset();

        return start;
    }

    private static Counters Sum(SqliteSession session, ScopeRow row, IReadOnlyList<RollupSegment> segments)
    {
        var sum = default(Counters);

        foreach (var segment in segments)
        {
            var rows = OfRow(session, Sums, row, segment);

            while (rows.Step())
            {
                sum += CountersAt(rows, 0);
            }
        }

        return sum;
    }

    public Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Bucket>>(scope, range, [], (session, row, _) =>
        {
            var quarters = new RollupSegment(RangeComposition.Quarters, RangeComposition.Aligned(range.From), RangeComposition.Aligned(range.To));
            var buckets = new List<Bucket>((int)Math.Clamp(quarters.To - quarters.From, 0, MostAhead));

            foreach (var segment in Filled(session, row, quarters))
            {
                var rows = OfRow(session, Columns, row, segment);

                while (rows.Step())
                {
                    buckets.Add(new(UnixTime.StartOfQuarter(rows.Long(0)), CountersAt(rows, 1)));
                }
            }

            return buckets;
        }, cancellationToken);

    /// <summary>
    /// Quarter hours without the days in which a scope has nothing: of a mailbox each quarter hour is asked for alone, and in ten weeks
    /// there are 7,000. Days that follow each other are one segment. A tenant's own rows stand side by side.
    /// </summary>
    private static List<RollupSegment> Filled(SqliteSession session, ScopeRow row, RollupSegment quarters)
    {
        if (row.Parent == 0)
        {
            return [quarters];
        }

        var filled = new List<RollupSegment>();
        var days = OfRow(
            session, "r.start", row,
            new(RangeComposition.Days, UnixTime.FloorDivide(quarters.From, QuartersPerDay), UnixTime.FloorDivide(quarters.To - 1, QuartersPerDay) + 1));

        while (days.Step())
        {
            var first = days.Long(0) * QuartersPerDay;
            var to = Math.Min(quarters.To, first + QuartersPerDay);

            if (filled.Count > 0 && filled[^1].To == first)
            {
                filled[^1] = filled[^1] with { To = to };
            }
            else
            {
                filled.Add(quarters with { From = Math.Max(quarters.From, first), To = to });
            }
        }

        return filled;
    }

    public Task<IReadOnlyList<Counters>> IntervalsAsync(
        StatisticsScope scope, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sums = new IntervalSums(edges);
        database.Read(session =>
        {
            if (Find(session, scope) is { } row)
            {
                foreach (var segment in sums.Segments)
                {
                    var rows = OfRow(session, Columns, row, segment);

                    while (rows.Step())
                    {
                        sums.Add(segment.Tier, rows.Long(0), CountersAt(rows, 1));
                    }
                }
            }

            return true;
        });

        return Task.FromResult(sums.Sums());
    }

    public Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken) =>
        OfTenantAsync(tenantId, byProvider: false, range, cancellationToken);

    public Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken) =>
        Read(new(tenantId, domain), range, [], static (session, row, segments) => Named(session, row, segments, $"""
            {Starts}
            SELECT (SELECT mailbox FROM scopes WHERE id = r.scope), {Sums}
            FROM starts CROSS JOIN rollups r ON r.tier = ?2 AND r.start = starts.start AND r.parent = ?1
            GROUP BY r.scope
            """), cancellationToken);

    public Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        scope.Domain is null
            ? OfTenantAsync(scope.TenantId, byProvider: true, range, cancellationToken)
            : Read(scope, range, [], static (session, row, segments) => Named(session, row, segments, $"""
                {Starts}
                SELECT (SELECT name FROM providers WHERE id = r.provider), {Sums}
                FROM starts CROSS JOIN provider_rollups r ON r.tier = ?2 AND r.start = starts.start AND r.scope = ?1
                GROUP BY r.provider
                """), cancellationToken);

    public Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ReasonCount>>(scope, range, [], (session, row, segments) =>
        {
            var counts = new Dictionary<ReasonKey, long>();

            foreach (var segment in segments)
            {
                var rows = InSegment(
                    session,
                    $"""
                    {Starts}
                    SELECT n.reason, n.code, n.enhanced, n.hard, sum(r.count)
                    FROM starts CROSS JOIN reason_rollups r ON r.tier = ?2 AND r.start = starts.start AND r.scope = ?1
                    JOIN reasons n ON n.id = r.reason
                    GROUP BY r.reason
                    """,
                    row.Id,
                    segment);

                while (rows.Step())
                {
                    var code = rows.Int(1);
                    var enhanced = rows.Text(2);
                    var key = new ReasonKey(rows.Text(0), code == 0 ? null : code, enhanced.Length == 0 ? null : enhanced, rows.Int(3) != 0);
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += rows.Long(4);
                }
            }

            return [.. counts
                .Select(pair => new ReasonCount(pair.Key.Reason, pair.Key.ReplyCode, pair.Key.EnhancedCode, pair.Key.Hard, pair.Value))
                .OrderByDescending(reason => reason.Count)
                .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
                .ThenBy(reason => reason.ReplyCode)
                .ThenBy(reason => reason.EnhancedCode, StringComparer.Ordinal)
                .ThenBy(reason => reason.Hard)
                .Take(limit)];
        }, cancellationToken);

    /// <summary>Numbers of a scope and of what it belongs to, null when nothing was ever kept under it.</summary>
    public static ScopeRow? Find(SqliteSession session, StatisticsScope scope)
    {
        var rows = session.Prepare("SELECT id, parent FROM scopes WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3")
            .Bind(1, scope.TenantId).Bind(2, scope.Domain ?? "").Bind(3, scope.Mailbox ?? "");
        var found = rows.Step() ? new ScopeRow(rows.Long(0), rows.Long(1)) : (ScopeRow?)null;
        rows.Reset();

        return found;
    }

    private Task<IReadOnlyList<NamedCounters>> OfTenantAsync(string tenantId, bool byProvider, TimeRange range, CancellationToken cancellationToken) =>
        Read(new(tenantId), range, [], (session, row, _) =>
        {
            var children = new TenantChildren(Memory(), session, row.Id, byProvider);

            foreach (var (segment, subtracted) in RangeComposition.Differences(range))
            {
                children.Add(segment, subtracted);
            }

            return children.Named();
        }, cancellationToken);

    /// <summary>Who reads now keeps the one they began with.</summary>
    private RollupMemory Memory() => _memory.IsFull ? (_memory = new()) : _memory;

    private Task<T> Read<T>(
        StatisticsScope scope,
        TimeRange range,
        T nothing,
        Func<SqliteSession, ScopeRow, IReadOnlyList<RollupSegment>, T> read,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        var segments = RangeComposition.Segments(range);

        return Task.FromResult(database.Read(session => Find(session, scope) is { } row ? read(session, row, segments) : nothing));
    }

    private static IReadOnlyList<NamedCounters> Named(SqliteSession session, ScopeRow row, IReadOnlyList<RollupSegment> segments, string sql)
    {
        var sums = new Dictionary<string, Counters>(StringComparer.Ordinal);

        foreach (var segment in segments)
        {
            var rows = InSegment(session, sql, row.Id, segment);

            while (rows.Step())
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, rows.Text(0), out _);
                sum += CountersAt(rows, 1);
            }
        }

        return [.. sums
            .Select(pair => new NamedCounters(pair.Key, pair.Value))
            .OrderByDescending(named => named.Counters.Recipients)
            .ThenBy(named => named.Name, StringComparer.Ordinal)];
    }

    /// <summary>A scope's own rows, ascending.</summary>
    private static SqliteStatement OfRow(SqliteSession session, string columns, ScopeRow row, RollupSegment segment) => row.Parent == 0
        ? InSegment(session, $"SELECT {columns} FROM rollups r WHERE {OfTenant} ORDER BY r.start", row.Id, segment)
        : InSegment(session, $"{Starts} SELECT {columns} FROM starts CROSS JOIN rollups r ON {OfScope}", row.Id, segment).Bind(5, row.Parent);

    private static SqliteStatement InSegment(SqliteSession session, string sql, long scope, RollupSegment segment) =>
        session.Prepare(sql).Bind(1, scope).Bind(2, segment.Tier).Bind(3, segment.From).Bind(4, segment.To);

    public static Counters CountersAt(SqliteStatement row, int column) =>
        new(row.Long(column), row.Long(column + 1), row.Long(column + 2), row.Long(column + 3), row.Long(column + 4), row.Long(column + 5));
}
