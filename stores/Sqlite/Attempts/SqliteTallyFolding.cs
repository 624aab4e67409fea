using System.Buffers;
using System.Runtime.InteropServices;
using MailStats.Mail.Attempts;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Attempts;

/// <summary>
/// Puts together the sheets of one stretch of time, in short changes of the writer. The one that stays keeps the greatest id of
/// those it is made of: a reader of the changes who has that id has read them all.
/// </summary>
internal static class SqliteTallyFolding
{
    /// <summary>Stretches of time that are over, or have many sheets.</summary>
    public static List<SqliteFolding> Loose(SqliteSession session, DateTimeOffset now)
    {
        var due = new List<SqliteFolding>();
        var loose = session.Prepare(
            """
            SELECT tenant, tier, start, count(*), max(written) FROM tallies INDEXED BY tallies_loose WHERE loose = 1
            GROUP BY tenant, tier, start
            """);

        while (due.Count < TallyFolding.PlacesAtOnce && loose.Step())
        {
            var (tier, start) = ((TallyTier)loose.Int(1), loose.Long(2));

            if (tier.IsDue(start, loose.Int(3), loose.Long(4), now))
            {
                due.Add(new(loose.Long(0), tier, start, null));
            }
        }

        loose.Reset();

        return due;
    }

    /// <summary>Buckets of the coarser tier for what is older than its own is kept.</summary>
    public static List<SqliteFolding> Old(SqliteSession session, TallyTier tier, DateTimeOffset now)
    {
        var coarser = tier.Coarser()!.Value;
        var (kept, unread) = (tier.BucketOf(now - tier.Kept()), (now - TallyFolding.Unread).ToUnixTimeSeconds());
        var old = new List<SqliteFolding>();

        foreach (var tenant in Tenants(session))
        {
            var from = long.MinValue;

            while (old.Count < TallyFolding.PlacesAtOnce && Oldest(session, tenant, tier, (from, kept), unread) is { } oldest)
            {
                var bucket = coarser.BucketOf(tier.StartOf(oldest));
                old.Add(new(tenant, coarser, bucket, tier));
                from = tier.BucketOf(coarser.StartOf(bucket + 1));
            }
        }

        return old;
    }

    /// <summary>Another process may have done the same meanwhile: there is nothing to put together then.</summary>
    public static bool Fold(SqliteSession session, IReadOnlyList<SqliteFolding> places)
    {
        foreach (var (tenant, tier, start, finer) in places)
        {
            if (finer is { } parts)
            {
                var (from, to) = (parts.BucketOf(tier.StartOf(start)), parts.BucketOf(tier.StartOf(start + 1)));
                Fold(session, tenant, [(parts, from, to), (tier, start, start + 1)], tier, start);
            }
            else
            {
                Fold(session, tenant, [(tier, start, start + 1)], tier, start);
            }
        }

        return true;
    }

    private static List<long> Tenants(SqliteSession session)
    {
        var tenants = new List<long>();
        var rows = session.Prepare("SELECT id FROM scopes INDEXED BY scopes_by_parent WHERE parent = 0");

        while (rows.Step())
        {
            tenants.Add(rows.Long(0));
        }

        return tenants;
    }

    private static long? Oldest(SqliteSession session, long tenant, TallyTier tier, (long From, long Kept) range, long unread)
    {
        var row = session.Prepare(
            """
            SELECT start FROM tallies INDEXED BY tallies_by_time WHERE tenant = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4 AND written < ?5
            ORDER BY start LIMIT 1
            """).Bind(1, tenant).Bind(2, (int)tier).Bind(3, range.From).Bind(4, range.Kept).Bind(5, unread);
        var oldest = row.Step() ? row.Long(0) : (long?)null;
        row.Reset();

        return oldest;
    }

    private static void Fold(
        SqliteSession session, long tenant, ReadOnlySpan<(TallyTier Tier, long From, long To)> parts, TallyTier tier, long start)
    {
        var counts = new Dictionary<TallyKey, long>();
        var (id, written) = (0L, 0L);

        foreach (var (part, from, to) in parts)
        {
            var rows = session.Prepare("SELECT id, written, sheet FROM tallies WHERE tenant = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4")
                .Bind(1, tenant).Bind(2, (int)part).Bind(3, from).Bind(4, to);

            while (rows.Step())
            {
                (id, written) = (Math.Max(id, rows.Long(0)), Math.Max(written, rows.Long(1)));
                TallySheet.Decode(
                    rows.Blob(2), session.TallyNames, (key, count) => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count);
            }

            session.Prepare("DELETE FROM tallies WHERE tenant = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4")
                .Bind(1, tenant).Bind(2, (int)part).Bind(3, from).Bind(4, to)
                .Execute();
        }

        Write(session, (tenant, tier, start), counts, id, written);
    }

    private static void Write(SqliteSession session, (long Tenant, TallyTier Tier, long Start) place, Dictionary<TallyKey, long> counts, long id, long written)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        var first = true;

        foreach (var some in counts.Where(count => count.Value != 0).Select(count => new TallyCount(count.Key, count.Value)).Chunk(TallyFolding.MostCounts))
        {
            SqliteTallies.Insert(
                session, first ? id : null, place.Tenant, (int)place.Tier, place.Start, loose: false, written, SqliteTallies.Encode(session, some, bytes));
            first = false;
        }
    }
}

/// <param name="Tenant">Number of the tenant.</param>
/// <param name="Tier">Where the counts come to stand.</param>
/// <param name="Start">The bucket there.</param>
/// <param name="Finer">The tier that they come from besides, null where sheets of one tier are put together.</param>
internal readonly record struct SqliteFolding(long Tenant, TallyTier Tier, long Start, TallyTier? Finer);
