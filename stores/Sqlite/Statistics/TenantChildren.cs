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

    private readonly List<(long Id, Counters Counters)> _read = [];

    /// <summary>By place, and by number what has none.</summary>
    private readonly Dictionary<long, Counters> _others = [];
    private Counters[] _sums = new Counters[1_024];

    /// <param name="segment">Of one snapshot with all others.</param>
    /// <param name="subtracted">A day of which it is a part was added, or will be.</param>
    public void Add(RollupSegment segment, bool subtracted)
    {
        var buckets = session.Prepare(Buckets).Bind(1, tenant).Bind(2, segment.Tier).Bind(3, segment.From).Bind(4, segment.To);

        while (buckets.Step())
        {
            var key = new BucketKey(byProvider, tenant, segment.Tier, buckets.Long(0));
            var stand = new BucketStand(buckets.Long(1), SqliteStatisticsStore.CountersAt(buckets, 2));

            if (memory.TryGet(key, stand, out var rows) || (rows = memory.Put(key, stand, Read(key))) is not null)
            {
                Add(rows, subtracted);
            }
            else
            {
                _read.ForEach(child => Add(ref CollectionsMarshal.GetValueRefOrAddDefault(_others, child.Id, out _), child.Counters, subtracted));
            }
        }
    }

    /// <summary>Most recipients first.</summary>
    public IReadOnlyList<NamedCounters> Named()
    {
        var named = new List<NamedCounters>();

        for (var place = 0; place < _sums.Length; place++)
        {
            if (_sums[place] != default)
            {
                var others = _others.Count > 0 && _others.Remove(memory.IdAt(byProvider, tenant, place), out var other) ? other : default;
                named.Add(new(memory.NameAt(byProvider, tenant, place, NameOf), _sums[place] + others));
            }
        }

        named.AddRange(_others.Select(pair => new NamedCounters(NameOf(pair.Key), pair.Value)));
        // What was subtracted was all there was.
        named.RemoveAll(child => child.Counters == default);

        return [.. named.OrderByDescending(child => child.Counters.Recipients).ThenBy(child => child.Name, StringComparer.Ordinal)];
    }

    private void Add(ChildCounters[] rows, bool subtracted)
    {
        foreach (ref readonly var row in rows.AsSpan())
        {
            if (row.Place >= _sums.Length)
            {
                Array.Resize(ref _sums, Math.Max(2 * _sums.Length, row.Place + 1));
            }

            Add(ref _sums[row.Place], row.Counters, subtracted);
        }
    }

    private static void Add(ref Counters sum, in Counters counters, bool subtracted) => sum = subtracted ? sum - counters : sum + counters;

    private List<(long Id, Counters Counters)> Read(in BucketKey key)
    {
        _read.Clear();
        var rows = session.Prepare(byProvider ? Providers : Domains).Bind(1, key.Tier).Bind(2, key.Start).Bind(3, tenant);

        while (rows.Step())
        {
            _read.Add((rows.Long(0), SqliteStatisticsStore.CountersAt(rows, 1)));
        }

        return _read;
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
