using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Query.Periods;

/// <summary>Counters of one interval.</summary>
internal readonly record struct IntervalCounters(DateTimeOffset Start, Counters Counters);

/// <summary>Hours and days of any time zone, put together from quarter hours of UTC.</summary>
internal static class Composition
{
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
