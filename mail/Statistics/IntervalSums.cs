using MailStats.Mail.Time;

namespace MailStats.Mail.Statistics;

/// <summary>
/// Sums between edges (the midnights of a zone, say) from whole UTC days, and of the quarter hours only those between each edge and the UTC
/// midnight that is nearer to it: at most 48 for an edge, none where an edge is a UTC midnight. All rows that are added must be of one moment,
/// since some of them are subtracted.
/// </summary>
public sealed class IntervalSums
{
    private const int QuartersPerDay = 96;

    private readonly long[] _edges;
    private readonly long _firstDay;
    private readonly Counters[] _days;

    /// <summary>Of each edge: what its day counts between the nearer midnight and the edge.</summary>
    private readonly Counters[] _beside;

    /// <param name="edges">Ascending, at least one, each on a quarter hour.</param>
    public IntervalSums(IReadOnlyList<DateTimeOffset> edges)
    {
        _edges = [.. edges.Select(RangeComposition.Aligned)];
        _firstDay = DayOf(_edges[0]);
        _days = new Counters[DayOf(_edges[^1]) - _firstDay + 1];
        _beside = new Counters[_edges.Length];
        Segments = [.. SegmentsOf(_edges)];
    }

    /// <summary>What is to be read and added. Ascending within each tier; no row stands in two.</summary>
    public IReadOnlyList<RollupSegment> Segments { get; }

    /// <param name="tier">0 for quarter hours, 1 for UTC days.</param>
    /// <param name="start">Quarter hours or days since 1970.</param>
    /// <param name="counters">What it counts; several rows of one start are added up.</param>
    public void Add(int tier, long start, in Counters counters)
    {
        if (tier == RangeComposition.Days)
        {
            _days[start - _firstDay] += counters;
            return;
        }

        var first = Array.BinarySearch(_edges, DayOf(start) * QuartersPerDay);
        var end = (DayOf(start) + 1) * QuartersPerDay;

        // Of equal edges a search finds any.
        for (first = first < 0 ? ~first : first; first > 0 && _edges[first - 1] >= end - QuartersPerDay; first--)
        {
        }

        for (var edge = first; edge < _edges.Length && _edges[edge] < end; edge++)
        {
            if (start < _edges[edge] == IsNearerToStart(_edges[edge]))
            {
                _beside[edge] += counters;
            }
        }
    }

    /// <summary>One less than there are edges.</summary>
    public IReadOnlyList<Counters> Sums()
    {
        var sums = new Counters[_edges.Length - 1];
        var (before, days, day) = (Before(0, default), default(Counters), _firstDay);

        for (var edge = 1; edge < _edges.Length; edge++)
        {
            for (; day < DayOf(_edges[edge]); day++)
            {
                days += _days[day - _firstDay];
            }

            var upTo = Before(edge, days);
            (sums[edge - 1], before) = (upTo - before, upTo);
        }

        return sums;
    }

    /// <summary>All from the first edge's midnight to an edge.</summary>
    private Counters Before(int edge, in Counters days) =>
        IsNearerToStart(_edges[edge]) ? days + _beside[edge] : days + _days[DayOf(_edges[edge]) - _firstDay] - _beside[edge];

    private static IEnumerable<RollupSegment> SegmentsOf(long[] edges)
    {
        var (firstDay, endDay) = (DayOf(edges[0]), DayOf(edges[^1]) + (IsNearerToStart(edges[^1]) ? 0 : 1));

        if (firstDay < endDay)
        {
            yield return new(RangeComposition.Days, firstDay, endDay);
        }

        foreach (var day in edges.GroupBy(DayOf))
        {
            var (start, end) = (day.Key * QuartersPerDay, (day.Key + 1) * QuartersPerDay);
            var (last, first) = (day.Where(IsNearerToStart).DefaultIfEmpty(start).Max(), day.Where(edge => !IsNearerToStart(edge)).DefaultIfEmpty(end).Min());

            if (start < last)
            {
                yield return new(RangeComposition.Quarters, start, last);
            }

            if (first < end)
            {
                yield return new(RangeComposition.Quarters, first, end);
            }
        }
    }

    private static bool IsNearerToStart(long quarter) => quarter - (DayOf(quarter) * QuartersPerDay) <= QuartersPerDay / 2;

    private static long DayOf(long quarter) => UnixTime.FloorDivide(quarter, QuartersPerDay);
}
