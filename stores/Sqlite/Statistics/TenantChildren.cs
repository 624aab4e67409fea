using System.Runtime.InteropServices;
using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Statistics;

/// <summary>Sums of a tenant by domain or by receiver, within one snapshot: bucket by bucket, from memory where it stands as it stood.</summary>
internal sealed class TenantChildren(RollupMemory memory, SqliteSession session, long tenant, bool byProvider)
{
    private const string Columns = "recipients, delivered, soft, hard, pending, complaints";

    private const string Buckets =
        """
        SELECT r.start, ifnull(s.step, 0), r.recipients, r.delivered, r.soft, r.hard, r.pending, r.complaints
        FROM rollups r LEFT JOIN rollup_steps s ON s.tier = r.tier AND s.start = r.start AND s.scope = r.scope
        WHERE r.parent = 0 AND r.scope = ?1 AND r.tier = ?2 AND r.start >= ?3 AND r.start < ?4
        """;

    private const string Domains = $"SELECT scope, {Columns} FROM rollups WHERE tier = ?1 AND start = ?2 AND parent = ?3";
    private const string Providers = $"SELECT provider, {Columns} FROM provider_rollups WHERE tier = ?1 AND start = ?2 AND scope = ?3";

    private readonly Dictionary<long, Counters> _sums = [];
    private readonly List<ChildCounters> _read = [];

    public void Add(RollupSegment segment)
    {
        var buckets = session.Prepare(Buckets).Bind(1, tenant).Bind(2, segment.Tier).Bind(3, segment.From).Bind(4, segment.To);

        while (buckets.Step())
        {
            var key = new BucketKey(byProvider, tenant, segment.Tier, buckets.Long(0));
            var stand = new BucketStand(buckets.Long(1), SqliteStatisticsStore.CountersAt(buckets, 2));

            if (!memory.TryGet(key, stand, out var rows))
            {
                Read(key, stand);
                continue;
            }

            foreach (ref readonly var row in rows.AsSpan())
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_sums, row.Id, out _) += row.Counters;
            }
        }
    }

    /// <summary>Most recipients first.</summary>
    public IReadOnlyList<NamedCounters> Named() =>
        [.. _sums
            .Select(pair => new NamedCounters(memory.NameOf(byProvider, pair.Key, NameOf), pair.Value))
            .OrderByDescending(named => named.Counters.Recipients)
            .ThenBy(named => named.Name, StringComparer.Ordinal)];

    private void Read(in BucketKey key, in BucketStand stand)
    {
        _read.Clear();
        var canKeep = true;
        var rows = session.Prepare(byProvider ? Providers : Domains).Bind(1, key.Tier).Bind(2, key.Start).Bind(3, tenant);

        while (rows.Step())
        {
            var (id, counters) = (rows.Long(0), SqliteStatisticsStore.CountersAt(rows, 1));
            CollectionsMarshal.GetValueRefOrAddDefault(_sums, id, out _) += counters;

            if (ChildCounters.Of(id, counters) is { } child)
            {
                _read.Add(child);
            }
            else
            {
                canKeep = false;
            }
        }

        if (canKeep)
        {
            memory.Put(key, stand, [.. _read]);
        }
    }

    private string NameOf(long id)
    {
        var row = session.Prepare(byProvider ? "SELECT name FROM providers WHERE id = ?1" : "SELECT domain FROM scopes WHERE id = ?1").Bind(1, id);
        row.Step();
        var name = row.Text(0);
        row.Reset();

        return name;
    }
}
