using System.Diagnostics.CodeAnalysis;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Sqlite.Statistics;

/// <summary>A bucket of a tenant: by domain or by receiver (<paramref name="ByProvider"/>), a quarter hour or a day.</summary>
internal readonly record struct BucketKey(bool ByProvider, long Tenant, int Tier, long Start);

/// <summary>At what a bucket stands. As long as a tenant's bucket stands at the same, so does everything below it.</summary>
/// <param name="Step">How often it was moved.</param>
/// <param name="Total">What it counts in all.</param>
internal readonly record struct BucketStand(long Step, Counters Total);

/// <summary>What one domain or receiver counts in a bucket, in 28 bytes.</summary>
/// <param name="Place">Where it stands among those of its tenant (<see cref="RollupMemory.IdAt"/>).</param>
/// <param name="Recipients">All.</param>
/// <param name="Delivered">Of them.</param>
/// <param name="Soft">Of them.</param>
/// <param name="Hard">Of them.</param>
/// <param name="Pending">Of them.</param>
/// <param name="Complaints">Beside them.</param>
internal readonly record struct ChildCounters(int Place, int Recipients, int Delivered, int Soft, int Hard, int Pending, int Complaints)
{
    public Counters Counters => new(Recipients, Delivered, Soft, Hard, Pending, Complaints);

    /// <summary>Null where a figure is larger than two thousand million.</summary>
    public static ChildCounters? Of(int place, in Counters counters) => IsSmall(counters)
        ? new(
            place, (int)counters.Recipients, (int)counters.Delivered, (int)counters.SoftBounces, (int)counters.HardBounces, (int)counters.Pending,
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
    /// <summary>Rows of one generation: 11 MB. Two are kept.</summary>
    public const int MostRows = 400_000;

    /// <summary>Domains and receivers of all tenants, of 100 bytes or so each. What is full is replaced by an empty one.</summary>
    public const int MostPlaces = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(bool ByProvider, long Tenant), Places> _places = [];
    private Dictionary<BucketKey, (BucketStand Stand, ChildCounters[] Rows)> _young = [];
    private Dictionary<BucketKey, (BucketStand Stand, ChildCounters[] Rows)> _old = [];
    private int _rows;
    private int _placed;

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

    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _placed >= MostPlaces;
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

    /// <summary>Keeps what was read of a bucket; null, and nothing is kept, where a figure is too large or no place is left.</summary>
    public ChildCounters[]? Put(in BucketKey key, in BucketStand stand, List<(long Id, Counters Counters)> read)
    {
        lock (_lock)
        {
            var places = PlacesOf(key.ByProvider, key.Tenant);
            var rows = new ChildCounters[read.Count];

            for (var index = 0; index < rows.Length; index++)
            {
                if (PlaceOf(places, read[index].Id) is not { } place || ChildCounters.Of(place, read[index].Counters) is not { } row)
                {
                    return null;
                }

                rows[index] = row;
            }

            Add(key, stand, rows);

            return rows;
        }
    }

    /// <summary>The number of the scope or receiver at a place.</summary>
    public long IdAt(bool byProvider, long tenant, int place)
    {
        lock (_lock)
        {
            return PlacesOf(byProvider, tenant).Ids[place];
        }
    }

    /// <summary>Its name, which never changes.</summary>
    public string NameAt(bool byProvider, long tenant, int place, Func<long, string> read)
    {
        lock (_lock)
        {
            var places = PlacesOf(byProvider, tenant);

            if (places.Names[place] is not { } name)
            {
                places.Names[place] = name = read(places.Ids[place]);
            }

            return name;
        }
    }

    private Places PlacesOf(bool byProvider, long tenant)
    {
        if (!_places.TryGetValue((byProvider, tenant), out var places))
        {
            _places.Add((byProvider, tenant), places = new());
        }

        return places;
    }

    private int? PlaceOf(Places places, long id)
    {
        if (places.ById.TryGetValue(id, out var place))
        {
            return place;
        }

        if (_placed >= MostPlaces)
        {
            return null;
        }

        _placed++;
        places.ById.Add(id, places.Ids.Count);
        places.Ids.Add(id);
        places.Names.Add(null);

        return places.Ids.Count - 1;
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

    private sealed class Places
    {
        public Dictionary<long, int> ById { get; } = [];

        public List<long> Ids { get; } = [];

        public List<string?> Names { get; } = [];
    }
}
