using System.Runtime.InteropServices;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;

namespace MailStats.Mail.Attempts;

/// <summary>A stretch of time of one tenant.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Tier">What is counted.</param>
/// <param name="Bucket">Stretches of the tier since 1970.</param>
public readonly record struct TallyPlace(string TenantId, TallyTier Tier, long Bucket)
{
    /// <summary>In the coarser tier, where there is one.</summary>
    public TallyPlace Coarser() => Tier.Coarser() is { } coarser ? new(TenantId, coarser, coarser.BucketOf(Tier.StartOf(Bucket))) : this;
}

/// <summary>Sums of lines, by place. Kept and cleared: its tables are large where many deliveries are applied at once.</summary>
public sealed class Tally
{
    private readonly Dictionary<TallyPlace, int> _numbers = [];
    private readonly List<TallyPlace> _places = [];
    private readonly Dictionary<(int Place, TallyKey Key), long> _counts = [];
    private readonly List<TallyLine> _lines = [];
    private readonly List<List<TallyCount>> _byPlace = [];
    private long _firstMicrosecond = long.MinValue;
    private int _last = -1;

    /// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
    public void Clear(long firstQuarter)
    {
        _numbers.Clear();
        _places.Clear();
        _counts.Clear();
        _last = -1;
        _firstMicrosecond = firstQuarter > long.MinValue / UnixTime.MicrosecondsPerQuarter ? firstQuarter * UnixTime.MicrosecondsPerQuarter : long.MinValue;
    }

    public void Add(string tenantId, in TallyLine line, long times) => Add(new TallyPlace(tenantId, line.Tier, line.Bucket), line.Key, times);

    public void Add(in TallyPlace place, in TallyKey key, long times)
    {
        if (_firstMicrosecond > long.MinValue && UnixTime.ToMicroseconds(place.Tier.StartOf(place.Bucket)) < _firstMicrosecond)
        {
            return;
        }

        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (NumberOf(place), key), out _) += times;
    }

    /// <summary>All lines of a delivery.</summary>
    public void Add(string tenantId, DeliveryState state, long times)
    {
        _lines.Clear();
        TallyContribution.AddTo(_lines, state);
        Add(tenantId, _lines, times);
    }

    public void Add(string tenantId, List<TallyLine> lines, long times)
    {
        foreach (ref readonly var line in CollectionsMarshal.AsSpan(lines))
        {
            Add(tenantId, line, times);
        }
    }

    /// <summary>Every place whose counts changed, with what changed there. What comes to nothing is left out.</summary>
    public IEnumerable<(TallyPlace Place, List<TallyCount> Counts)> ByPlace()
    {
        while (_byPlace.Count < _places.Count)
        {
            _byPlace.Add([]);
        }

        _byPlace.ForEach(counts => counts.Clear());

        foreach (var ((place, key), count) in _counts)
        {
            if (count != 0)
            {
                _byPlace[place].Add(new(key, count));
            }
        }

        for (var place = 0; place < _places.Count; place++)
        {
            if (_byPlace[place].Count > 0)
            {
                yield return (_places[place], _byPlace[place]);
            }
        }
    }

    /// <summary>What this lacks to be another.</summary>
    public Tally Lacks(Tally other)
    {
        var difference = new Tally();
        Sum(other, 1);
        Sum(this, -1);

        return difference;

        void Sum(Tally tally, long times)
        {
            foreach (var ((place, key), count) in tally._counts)
            {
                difference.Add(tally._places[place], key, count * times);
            }
        }
    }

    /// <summary>The same with some places in their coarser tier.</summary>
    public Tally Folded(Func<TallyPlace, bool> isFolded)
    {
        var folded = new Tally();

        foreach (var ((place, key), count) in _counts)
        {
            var coarser = _places[place].Coarser();
            folded.Add(isFolded(coarser) ? coarser : _places[place], key, count);
        }

        return folded;
    }

    public bool Has(TallyPlace place) => _numbers.ContainsKey(place);

    private int NumberOf(in TallyPlace place)
    {
        if (_last >= 0 && _places[_last] == place)
        {
            return _last;
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, place, out var known);

        if (!known)
        {
            number = _places.Count;
            _places.Add(place);
        }

        return _last = number;
    }
}

/// <param name="Key">For whom.</param>
/// <param name="Count">How many; below zero where it takes back.</param>
public readonly record struct TallyCount(TallyKey Key, long Count);
