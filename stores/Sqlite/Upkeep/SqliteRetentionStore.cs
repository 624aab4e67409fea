using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Suppression;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Upkeep;

/// <summary>Each step is one short change in the writer's queue, between those of everybody else.</summary>
internal sealed class SqliteRetentionStore(SqliteDatabase database, SqliteSearchIndexer indexer, UnreadableRows unreadable) : IRetentionStore
{
    private const int AtOnce = 500;

    private static readonly string[] RollupTables = ["rollups", "provider_rollups", "reason_rollups"];

    public async Task<TrimResult> TrimAsync(DateTimeOffset deliveriesBefore, DateTimeOffset rollupsBefore, CancellationToken cancellationToken)
    {
        var before = UnixTime.ToMicroseconds(deliveriesBefore);
        var deliveries = await RepeatAsync(session => TrimDeliveries(session, before), cancellationToken);
        // Whole days, so that no day is left with some of its quarter hours missing.
        var day = UnixTime.FloorDivide(UnixTime.QuarterOf(rollupsBefore), 96);
        var quarter = day * 96;
        var rollups = 0L;
        await database.WriteAsync(session => StopCounting(session, quarter), cancellationToken);

        foreach (var table in RollupTables)
        {
            rollups += await RepeatAsync(session => TrimRollups(session, table, RangeComposition.Quarters, quarter), cancellationToken);
            rollups += await RepeatAsync(session => TrimRollups(session, table, RangeComposition.Days, day), cancellationToken);
        }

        await RepeatAsync(session => TrimRollups(session, "rollup_steps", RangeComposition.Quarters, quarter), cancellationToken);
        await RepeatAsync(session => TrimRollups(session, "rollup_steps", RangeComposition.Days, day), cancellationToken);

        foreach (var tier in Enum.GetValues<TallyTier>())
        {
            var bucket = tier.BucketOf(UnixTime.StartOfQuarter(quarter));
            rollups += await RepeatAsync(session => TrimTallies(session, "tallies", tier, bucket), cancellationToken);
            await RepeatAsync(session => TrimTallies(session, "erased_tallies", tier, bucket), cancellationToken);
        }

        await RepeatAsync(session => TrimErased(session, quarter), cancellationToken);
        await RepeatAsync(session => TrimOutbox(session, before), cancellationToken);
        await indexer.PurgeAsync(cancellationToken);
        await RepeatAsync(session => DeliveredAddressRows.Trim(session, before), cancellationToken);

        return new(deliveries, rollups);
    }

    private async Task<long> RepeatAsync(Func<SqliteSession, int> step, CancellationToken cancellationToken)
    {
        var all = 0L;

        while (await database.WriteAsync(step, cancellationToken) is > 0 and var some)
        {
            all += some;
        }

        return all;
    }

    private int TrimDeliveries(SqliteSession session, long before)
    {
        var old = new List<(long Id, long Tenant, string TenantId, StoredDelivery Delivery)>(AtOnce);
        var damaged = new List<(long Id, long Tenant, long At)>();
        var rows = session.Prepare(
            """
            SELECT d.id, d.tenant, s.tenant, d.state, d.at FROM deliveries d INDEXED BY deliveries_by_tenant CROSS JOIN scopes s ON s.id = d.tenant
            WHERE d.at / 3600000000 <= ?1 / 3600000000 AND d.at < ?1 ORDER BY d.at / 3600000000 LIMIT ?2
            """)
            .Bind(1, before).Bind(2, AtOnce);

        while (rows.Step())
        {
            if (unreadable.TryDecode(rows.Blob(3), session.Texts, out var delivery))
            {
                old.Add((rows.Long(0), rows.Long(1), rows.Text(2), delivery));
            }
            else
            {
                damaged.Add((rows.Long(0), rows.Long(1), rows.Long(4)));
            }
        }

        // What cannot be read is kept as a repair keeps it, or it would come up in every round. When it was accepted is not known, but before its last event.
        DamagedDeliveries.SetAside(session, [.. damaged.Select(one => one.Id)]);
        damaged.ForEach(one => NoteTrimmed(session, one.Tenant, one.At + 1, one.At + 1));

        foreach (var (id, tenant, tenantId, delivery) in old)
        {
            SqliteErasureStore.Remove(session, id, tenantId, delivery);
            NoteTrimmed(session, tenant, delivery.State.AcceptedAt + 1, TallyContribution.Until(delivery.State));
        }

        return old.Count + damaged.Count;
    }

    private static void NoteTrimmed(SqliteSession session, long tenant, long acceptedBefore, long talliedBefore) => session
        .Prepare(
            """
            INSERT INTO trimmed (tenant, accepted_before, tallied_before) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET accepted_before = max(accepted_before, ?2), tallied_before = max(tallied_before, ?3)
            """)
        .Bind(1, tenant).Bind(2, acceptedBefore).Bind(3, talliedBefore)
        .Execute();

    /// <summary>Before the first row is deleted: a change to a half-deleted bucket would leave meaningless numbers.</summary>
    private static bool StopCounting(SqliteSession session, long quarter)
    {
        session.Prepare(
            """
            INSERT INTO trimmed_rollups (id, first_quarter) VALUES (1, ?1)
            ON CONFLICT DO UPDATE SET first_quarter = max(first_quarter, ?1)
            """)
            .Bind(1, quarter)
            .Execute();

        return true;
    }

    private static int TrimRollups(SqliteSession session, string table, int tier, long before)
    {
        // A whole bucket at a time: they are few, and a bucket is never half there.
        var oldest = session.Prepare($"SELECT min(start) FROM {table} WHERE tier = ?1").Bind(1, tier);
        oldest.Step();
        var start = oldest.LongOrNull(0);
        oldest.Reset();

        if (!(start < before))
        {
            return 0;
        }

        session.Prepare($"DELETE FROM {table} WHERE tier = ?1 AND start = ?2").Bind(1, tier).Bind(2, start).Execute();

        return session.RowsChanged;
    }

    /// <summary>Some of one tenant's at a time.</summary>
    private static int TrimTallies(SqliteSession session, string table, TallyTier tier, long before)
    {
        session.Prepare(
            $"""
            DELETE FROM {table} WHERE rowid IN (
              SELECT t.rowid FROM scopes s INDEXED BY scopes_by_parent CROSS JOIN {table} t ON t.tenant = s.id AND t.tier = ?1 AND t.start < ?2
              WHERE s.parent = 0 LIMIT ?3)
            """)
            .Bind(1, (int)tier).Bind(2, before).Bind(3, AtOnce)
            .Execute();

        return session.RowsChanged;
    }

    /// <summary>What was published long ago. What was not stays, however old.</summary>
    private static int TrimOutbox(SqliteSession session, long before)
    {
        session.Prepare("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE published_at < ?1 LIMIT ?2)").Bind(1, before).Bind(2, AtOnce).Execute();

        return session.RowsChanged;
    }

    private static int TrimErased(SqliteSession session, long before)
    {
        session.Prepare(
            """
            DELETE FROM erased_deliveries WHERE (tenant, identity) IN
              (SELECT e.tenant, e.identity FROM erased_deliveries e JOIN trimmed t ON t.tenant = e.tenant
               WHERE e.mailbox IS NOT NULL AND e.quarter < ?1 AND (e.quarter + 1) * 900000000 <= t.accepted_before LIMIT ?2)
            """)
            .Bind(1, before).Bind(2, AtOnce)
            .Execute();

        return session.RowsChanged;
    }
}
