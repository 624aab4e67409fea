using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Upkeep;

/// <summary>
/// Counts the second ledger again, into a temporary table that stands before the real one, and compares the two an hour (times to
/// deliver: a day) at a time. What is missing is added as one sheet more: sheets add up.
/// </summary>
internal sealed class SqliteTallyVerification(SqliteSession session, long firstQuarter)
{
    private readonly Tally _counted = new();
    private readonly Dictionary<long, long> _talliedBefore = [];
    private readonly List<TallyCount> _sheet = [];

    /// <summary>What is gathered from here on, and what erased deliveries count for.</summary>
    public void Begin()
    {
        _counted.Clear(firstQuarter);
        session.Execute(
            """
            CREATE TEMP TABLE tallies (
              id INTEGER PRIMARY KEY, tenant INTEGER, tier INTEGER, start INTEGER, loose INTEGER, written INTEGER, sheet BLOB)
            """);
        session.Prepare(
            """
            INSERT INTO temp.tallies (tenant, tier, start, loose, written, sheet) SELECT tenant, tier, start, 0, 0, sheet FROM erased_tallies
            """).Execute();
        var rows = session.Prepare("SELECT tenant, tallied_before FROM trimmed");

        while (rows.Step())
        {
            _talliedBefore[rows.Long(0)] = rows.Long(1);
        }
    }

    public void Add(string tenantId, DeliveryState state) => _counted.Add(tenantId, state, 1);

    public void Write()
    {
        SqliteTallies.Append(session, _counted, written: 0);
        _counted.Clear(firstQuarter);
    }

    /// <summary>Counts that differ, told and, where asked, put right.</summary>
    public long Compare(DateTimeOffset? repairedAt, Action<FormattableString> tell)
    {
        session.Execute("CREATE INDEX temp.counted_by_time ON tallies (tenant, tier, start)");
        var differences = 0L;

        foreach (var (tenant, tenantId) in Tenants())
        {
            differences += Compare(tenant, tenantId, TallyTier.FiveMinutes, repairedAt, tell) + Compare(tenant, tenantId, TallyTier.Quarters, repairedAt, tell);
        }

        session.Execute("DROP TABLE temp.tallies");

        return differences;
    }

    private List<(long Number, string Id)> Tenants()
    {
        var tenants = new List<(long Number, string Id)>();
        var rows = session.Prepare("SELECT id, tenant FROM scopes INDEXED BY scopes_by_parent WHERE parent = 0");

        while (rows.Step())
        {
            tenants.Add((rows.Long(0), rows.Text(1)));
        }

        return tenants;
    }

    private long Compare(long tenant, string tenantId, TallyTier tier, DateTimeOffset? repairedAt, Action<FormattableString> tell)
    {
        var coarser = tier.Coarser()!.Value;
        var differences = 0L;

        foreach (var bucket in Buckets(tenant, tier, coarser))
        {
            var damaged = new List<long>();
            var (there, right) = (
                Read("main", tenant, tenantId, tier, coarser, bucket, damaged.Add), Read("temp", tenant, tenantId, tier, coarser, bucket, static _ => { }));

            foreach (var row in damaged)
            {
                differences++;
                tell($"tallies of tenant {tenantId} from {coarser.StartOf(bucket):O}: row {row} cannot be read");

                if (repairedAt is not null)
                {
                    session.Prepare("DELETE FROM main.tallies WHERE id = ?1").Bind(1, row).Execute();
                }
            }

            var folded = there.Has(new(tenantId, coarser, bucket));
            var lacking = there.Folded(_ => folded).Lacks(right.Folded(_ => folded));
            var mended = new Tally();

            foreach (var (place, counts) in lacking.ByPlace())
            {
                if (UnixTime.ToMicroseconds(place.Tier.StartOf(place.Bucket)) < _talliedBefore.GetValueOrDefault(tenant))
                {
                    continue;
                }

                differences += counts.Count;
                tell($"tallies of tenant {tenantId} from {place.Tier.StartOf(place.Bucket):O}: {counts[0].Key} is off by {counts[0].Count}");
                counts.ForEach(count => mended.Add(place, count.Key, count.Count));
            }

            if (repairedAt is { } now)
            {
                SqliteTallies.Append(session, mended, now.ToUnixTimeSeconds(), "main.tallies");
            }
        }

        return differences;
    }

    private SortedSet<long> Buckets(long tenant, TallyTier tier, TallyTier coarser)
    {
        var buckets = new SortedSet<long>();
        var rows = session.Prepare(
            """
            SELECT DISTINCT tier, start FROM main.tallies WHERE tenant = ?1 AND tier IN (?2, ?3)
            UNION SELECT tier, start FROM temp.tallies WHERE tenant = ?1 AND tier IN (?2, ?3)
            """).Bind(1, tenant).Bind(2, (int)tier).Bind(3, (int)coarser);

        while (rows.Step())
        {
            buckets.Add(coarser.BucketOf(((TallyTier)rows.Int(0)).StartOf(rows.Long(1))));
        }

        return buckets;
    }

    /// <summary>Without the rows that cannot be read: they are derived, and what they lack is counted again.</summary>
    private Tally Read(string schema, long tenant, string tenantId, TallyTier tier, TallyTier coarser, long bucket, Action<long> damaged)
    {
        var tally = new Tally();

        foreach (var (part, from, to) in new[]
        {
            (tier, tier.BucketOf(coarser.StartOf(bucket)), tier.BucketOf(coarser.StartOf(bucket + 1))), (coarser, bucket, bucket + 1),
        })
        {
            var rows = session.Prepare($"SELECT id, start, sheet FROM {schema}.tallies WHERE tenant = ?1 AND tier = ?2 AND start >= ?3 AND start < ?4")
                .Bind(1, tenant).Bind(2, (int)part).Bind(3, from).Bind(4, to);

            while (rows.Step())
            {
                var place = new TallyPlace(tenantId, part, rows.Long(1));
                _sheet.Clear();

                try
                {
                    TallySheet.Decode(rows.Blob(2), session.TallyNames, (key, count) => _sheet.Add(new(key, count)));
                    _sheet.ForEach(count => tally.Add(place, count.Key, count.Count));
                }
                catch (InvalidDataException)
                {
                    damaged(rows.Long(0));
                }
            }
        }

        return tally;
    }
}
