using System.Runtime.InteropServices;
using MailStats.Storage.Deliveries;

namespace MailStats.Storage.Sqlite;

internal sealed class SqliteStatisticsStore(SqliteDatabase database) : IStatisticsStore
{
    private const string Sums = "sum(r.recipients), sum(r.delivered), sum(r.soft), sum(r.hard), sum(r.pending)";

    public Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Read(scope, range, default(Counters), static (session, id, segments) =>
        {
            var sum = default(Counters);

            foreach (var segment in segments)
            {
                var rows = InSegment(session, $"SELECT {Sums} FROM rollups r WHERE r.scope = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4", id, segment);

                while (rows.Step())
                {
                    sum += CountersAt(rows, 0);
                }
            }

            return sum;
        }, cancellationToken);

    public Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Bucket>>(scope, range, [], (session, id, _) =>
        {
            var buckets = new List<Bucket>();
            var rows = InSegment(
                session,
                "SELECT start, recipients, delivered, soft, hard, pending FROM rollups WHERE scope = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4 ORDER BY start",
                id,
                new(RangeComposition.Quarters, RangeComposition.Aligned(range.From), RangeComposition.Aligned(range.To)));

            while (rows.Step())
            {
                buckets.Add(new(Time.StartOfQuarter(rows.Long(0)), CountersAt(rows, 1)));
            }

            return buckets;
        }, cancellationToken);

    public Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken) =>
        Read(new(tenantId), range, [], static (session, id, segments) => Named(session, id, segments, $"""
            SELECT s.domain, {Sums} FROM scopes s CROSS JOIN rollups r ON r.scope = s.id
            WHERE s.parent = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4 GROUP BY s.id
            """), cancellationToken);

    public Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken) =>
        Read(new(tenantId, domain), range, [], static (session, id, segments) => Named(session, id, segments, $"""
            SELECT s.mailbox, {Sums} FROM scopes s CROSS JOIN rollups r ON r.scope = s.id
            WHERE s.parent = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4 GROUP BY s.id
            """), cancellationToken);

    public Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Read(scope, range, [], static (session, id, segments) => Named(session, id, segments, $"""
            SELECT (SELECT name FROM providers WHERE id = r.provider), {Sums} FROM provider_rollups r
            WHERE r.scope = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4 GROUP BY r.provider
            """), cancellationToken);

    public Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ReasonCount>>(scope, range, [], (session, id, segments) =>
        {
            var counts = new Dictionary<ReasonKey, long>();

            foreach (var segment in segments)
            {
                var rows = InSegment(
                    session,
                    """
                    SELECT n.reason, n.code, n.enhanced, n.hard, c.count FROM
                      (SELECT reason, sum(count) AS count FROM reason_rollups WHERE scope = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4 GROUP BY reason) c
                      JOIN reasons n ON n.id = c.reason
                    """,
                    id,
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

    /// <summary>Number of a scope, null when nothing was ever counted under it.</summary>
    public static long? IdOf(SqliteSession session, StatisticsScope scope)
    {
        var rows = session.Prepare("SELECT id FROM scopes WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3")
            .Bind(1, scope.TenantId).Bind(2, scope.Domain ?? "").Bind(3, scope.Mailbox ?? "");
        var id = rows.Step() ? rows.Long(0) : (long?)null;
        rows.Reset();

        return id;
    }

    private Task<T> Read<T>(
        StatisticsScope scope,
        TimeRange range,
        T nothing,
        Func<SqliteSession, long, IReadOnlyList<RollupSegment>, T> read,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        var segments = RangeComposition.Segments(range);

        return Task.FromResult(database.Read(session => IdOf(session, scope) is { } id ? read(session, id, segments) : nothing));
    }

    private static IReadOnlyList<NamedCounters> Named(SqliteSession session, long id, IReadOnlyList<RollupSegment> segments, string sql)
    {
        var sums = new Dictionary<string, Counters>(StringComparer.Ordinal);

        foreach (var segment in segments)
        {
            var rows = InSegment(session, sql, id, segment);

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

    private static SqliteStatement InSegment(SqliteSession session, string sql, long scope, RollupSegment segment) =>
        session.Prepare(sql).Bind(1, scope).Bind(2, segment.Tier).Bind(3, segment.From).Bind(4, segment.To);

    private static Counters CountersAt(SqliteStatement row, int column) =>
        new(row.Long(column), row.Long(column + 1), row.Long(column + 2), row.Long(column + 3), row.Long(column + 4));
}
