using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Sqlite.Statistics;

/// <summary>A bucket of a tenant: by domain or by receiver (<paramref name="ByProvider"/>), a quarter hour or a day.</summary>
internal readonly record struct BucketKey(bool ByProvider, long Tenant, int Tier, long Start);

/// <summary>At what a bucket stands. As long as a tenant's bucket stands at the same, so does everything below it.</summary>
/// <param name="Step">How often it was moved.</param>
/// <param name="Total">What it counts in all.</param>
internal readonly record struct BucketStand(long Step, Counters Total);

/// <summary>What one domain or receiver counts in a bucket, in 32 bytes.</summary>
/// <param name="Id">Number of the scope or receiver.</param>
/// <param name="Recipients">All.</param>
/// <param name="Delivered">Of them.</param>
/// <param name="Soft">Of them.</param>
/// <param name="Hard">Of them.</param>
/// <param name="Pending">Of them.</param>
/// <param name="Complaints">Beside them.</param>
internal readonly record struct ChildCounters(long Id, int Recipients, int Delivered, int Soft, int Hard, int Pending, int Complaints)
{
    public Counters Counters => new(Recipients, Delivered, Soft, Hard, Pending, Complaints);

    /// <summary>Null where a figure is larger than two thousand million.</summary>
    public static ChildCounters? Of(long id, in Counters counters) => IsSmall(counters)
        ? new(
            id, (int)counters.Recipients, (int)counters.Delivered, (int)counters.SoftBounces, (int)counters.HardBounces, (int)counters.Pending,
            (int)counters.Complaints)
        : null;

    /// <summary>No status has more recipients than there are.</summary>
    private static bool IsSmall(in Counters counters) => counters.Recipients <= int.MaxValue && counters.Complaints <= int.MaxValue;
}

/// <summary>
/// What buckets counted when they were last read, by domain and by receiver. A month of a thousand domains is read from 100,000 rows; of these
/// only the ones in buckets that have moved since are read again. Nothing here is believed without asking at what the bucket stands.
/// </summary>
internal sealed class RollupMemory
{
    /// <summary>Rows of one generation: 13 MB. Two are kept.</summary>
    public const int MostRows = 400_000;

    /// <summary>Of 30 to 100 bytes each.</summary>
    private const int MostNames = 50_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(bool ByProvider, long Id), string> _names = [];
    private Dictionary<BucketKey, (BucketStand Stand, ChildCounters[] Rows)> _young = [];
    private Dictionary<BucketKey, (BucketStand Stand, ChildCounters[] Rows)> _old = [];
    private int _rows;

    /// <summary>Rows that are kept.</summary>
    public int Rows
    {
        get
        {
            lock (_lock)
            {
                return _young.Values.Concat(_old.Values).Sum(bucket => bucket.Rows.Length);
            }
        }
    }

    public bool TryGet(in BucketKey key, in BucketStand stand, [NotNullWhen(true)] out ChildCounters[]? rows)
    {
        lock (_lock)
        {
            rows = null;

            if (_young.TryGetValue(key, out var known) && known.Stand == stand)
            {
                rows = known.Rows;
            }
            else if (_old.TryGetValue(key, out known) && known.Stand == stand)
            {
                rows = known.Rows;
                Add(key, stand, rows);
            }

            return rows is not null;
        }
    }

    public void Put(in BucketKey key, in BucketStand stand, ChildCounters[] rows)
    {
        lock (_lock)
        {
            Add(key, stand, rows);
        }
    }

    /// <summary>A number is given to one name for ever.</summary>
    public string NameOf(bool byProvider, long id, Func<long, string> read)
    {
        if (_names.Count >= MostNames)
        {
            _names.Clear();
        }

        return _names.TryGetValue((byProvider, id), out var name) ? name : _names[(byProvider, id)] = read(id);
    }

    /// <summary>What was not asked for while a generation filled up is forgotten with the next.</summary>
    private void Add(in BucketKey key, in BucketStand stand, ChildCounters[] rows)
    {
        _old.Remove(key);
        _rows += rows.Length - (_young.TryGetValue(key, out var before) ? before.Rows.Length : 0);
        _young[key] = (stand, rows);

        if (_rows > MostRows)
        {
            (_old, _young, _rows) = (_young, [], 0);
        }
    }
}
