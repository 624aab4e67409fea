using System.Globalization;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Attempts;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Attempts;

internal sealed class SqliteAttemptStore(SqliteDatabase database, UnreadableRows unreadable, TimeProvider time) : IAttemptStore
{
    public Task ReadAsync(StatisticsScope scope, TimeRange range, Action<AttemptRow> add, CancellationToken cancellationToken) =>
        ReadAsync(
            scope,
            range,
            [TallyTier.Hours, TallyTier.FiveMinutes],
            (tier, start, key, count) => add(key.AsRow(start, tier.Length(), count)),
            cancellationToken);

    public Task ReadTimesAsync(StatisticsScope scope, TimeRange range, Action<TimesRow> add, CancellationToken cancellationToken) =>
        ReadAsync(
            scope,
            range,
            [TallyTier.Days, TallyTier.Quarters],
            (tier, start, key, count) => add(new(start, tier.Length(), key.Domain, key.Provider, key.Mark, count)),
            cancellationToken);

    public Task<AttemptChanges> ChangesAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        var last = cursor is null ? 0 : long.Parse(cursor, NumberStyles.None, CultureInfo.InvariantCulture);

        return Task.FromResult(database.Read(session =>
        {
            var changes = new List<AttemptChange>();
            var seen = new HashSet<AttemptChange>();
            var rows = session.Prepare(
                """
                SELECT t.id, s.tenant, t.start FROM tallies t JOIN scopes s ON s.id = t.tenant
                WHERE t.id > ?1 AND t.tier = 0 AND (?2 IS NULL OR s.tenant = ?2) ORDER BY t.id LIMIT ?3
                """)
                .Bind(1, last).Bind(2, tenantId).Bind(3, limit);

            while (rows.Step())
            {
                last = rows.Long(0);
                var change = new AttemptChange(rows.Text(1), TallyTier.FiveMinutes.StartOf(rows.Long(2)));

                if (seen.Add(change))
                {
                    changes.Add(change);
                }
            }

            return new AttemptChanges(changes, last.ToString(CultureInfo.InvariantCulture));
        }));
    }

    /// <summary>The domain and the time stand in the index; the rest is in each delivery. The cost grows with what waits.</summary>
    public Task ReadWaitingAsync(StatisticsScope scope, Action<WaitingDelivery> add, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        return Task.FromResult(database.Read(session =>
        {
            if (SqliteStatisticsStore.Find(session, new(scope.TenantId)) is not { } tenant
                || SqliteStatisticsStore.Find(session, scope) is not { } row)
            {
                return false;
            }

            var rows = session.Prepare(
                """
                SELECT state FROM deliveries INDEXED BY deliveries_waiting
                WHERE tenant = ?1 AND status IN (2, 3) AND (?2 IS NULL OR domain = ?2) ORDER BY at
                """)
                .Bind(1, tenant.Id).Bind(2, scope.Domain is null ? null : row.Id);

            while (rows.Step())
            {
                if (unreadable.TryDecode(rows.Blob(0), session.Texts, out var delivery) && WaitingDelivery.Of(delivery.State) is { } waiting)
                {
                    add(waiting);
                }
            }

            return true;
        }));
    }

    /// <summary>Asks first: a change that changes nothing would cut the writer's transactions all the same.</summary>
    public async Task<int> FoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        return await FoldAsync(session => SqliteTallyFolding.Loose(session, now), cancellationToken)
            + await FoldAsync(session => SqliteTallyFolding.Old(session, TallyTier.FiveMinutes, now), cancellationToken)
            + await FoldAsync(session => SqliteTallyFolding.Old(session, TallyTier.Quarters, now), cancellationToken);
    }

    private async Task<int> FoldAsync(Func<SqliteSession, List<SqliteFolding>> find, CancellationToken cancellationToken)
    {
        var due = database.Read(find);

        foreach (var some in due.Chunk(TallyFolding.PlacesOfOneChange))
        {
            await database.WriteAsync(session => SqliteTallyFolding.Fold(session, some), cancellationToken);
        }

        return due.Count;
    }

    private Task<bool> ReadAsync(
        StatisticsScope scope, TimeRange range, TallyTier[] tiers, Action<TallyTier, DateTimeOffset, TallyKey, long> add, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        return Task.FromResult(database.Read(session =>
        {
            foreach (var tier in SqliteStatisticsStore.Find(session, new(scope.TenantId)) is null ? [] : tiers)
            {
                ReadTier(session, scope, range, tier, add);
            }

            return true;
        }));
    }

    private static void ReadTier(
        SqliteSession session, StatisticsScope scope, TimeRange range, TallyTier tier, Action<TallyTier, DateTimeOffset, TallyKey, long> add)
    {
        var rows = session.Prepare(
            "SELECT start, sheet FROM tallies WHERE tenant = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4 ORDER BY start, id")
            .Bind(1, SqliteStatisticsStore.Find(session, new(scope.TenantId))!.Value.Id).Bind(2, (int)tier)
            .Bind(3, tier.BucketAtOrAfter(range.From)).Bind(4, tier.BucketAtOrAfter(range.To));

        while (rows.Step())
        {
            var start = tier.StartOf(rows.Long(0));
            TallySheet.Decode(rows.Blob(1), session.TallyNames, (key, count) =>
            {
                if (scope.Domain is null || scope.Domain == key.Domain)
                {
                    add(tier, start, key, count);
                }
            });
        }
    }
}
