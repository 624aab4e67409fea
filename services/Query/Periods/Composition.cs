using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Statistics;

namespace MailStats.Query.Periods;

/// <summary>Counters of one interval.</summary>
internal readonly record struct IntervalCounters(DateTimeOffset Start, Counters Counters);

/// <summary>Hours and days of any time zone, put together from quarter hours and days of UTC.</summary>
internal static class Composition
{
    /// <summary>Every interval of a range, the empty ones too; starts carry the zone's offset. Days cost as many rows as there are days.</summary>
    /// <param name="store">What counts.</param>
    /// <param name="scope">Whose mail.</param>
    /// <param name="interval">How to cut.</param>
    /// <param name="range">What to cut.</param>
    /// <param name="zone">Whose hours and days.</param>
    /// <param name="cumulative">True to count on from interval to interval.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<IntervalCounters>> ReadAsync(
        IStatisticsStore store, StatisticsScope scope, Interval interval, TimeRange range, TimeZoneInfo zone, bool cumulative,
        CancellationToken cancellationToken)
    {
        if (interval != Interval.Day || range.From >= range.To)
        {
            return Compose(await store.BucketsAsync(scope, range, cancellationToken), interval, range, zone, cumulative);
        }

        var starts = interval.Starts(range, zone).ToArray();
        var sums = await store.IntervalsAsync(scope, [.. starts, range.To], cancellationToken);
        var composed = new IntervalCounters[starts.Length];
        var sum = default(Counters);

        for (var i = 0; i < starts.Length; i++)
        {
            sum = cumulative ? sum + sums[i] : sums[i];
            composed[i] = new(starts[i].In(zone), sum);
        }

        return composed;
    }

    /// <param name="buckets">Ascending, each within <paramref name="range"/>.</param>
    /// <param name="interval">How to cut.</param>
    /// <param name="range">What to cut.</param>
    /// <param name="zone">Whose hours and days.</param>
    /// <param name="cumulative">True to count on from interval to interval.</param>
    /// <returns>Every interval of the range, the empty ones too; starts carry the zone's offset.</returns>
    public static IReadOnlyList<IntervalCounters> Compose(
        IReadOnlyList<Bucket> buckets, Interval interval, TimeRange range, TimeZoneInfo zone, bool cumulative)
    {
        var starts = interval.Starts(range, zone).ToArray();
        var composed = new IntervalCounters[starts.Length];
        var sum = default(Counters);
        var next = 0;

        for (var i = 0; i < starts.Length; i++)
        {
            var end = i + 1 < starts.Length ? starts[i + 1] : range.To;
            sum = cumulative ? sum : default;

            for (; next < buckets.Count && buckets[next].Start < end; next++)
            {
                sum += buckets[next].Counters;
            }

            composed[i] = new IntervalCounters(starts[i].In(zone), sum);
        }

        return composed;
    }
}
