using MailStats.Mail.Time;

namespace MailStats.Mail.Statistics;

/// <summary>A stretch of rollup rows: tier 0 counts quarter hours since 1970, tier 1 UTC days.</summary>
public readonly record struct RollupSegment(int Tier, long From, long To);

/// <summary>Covers a range of quarter hours with as few rows as there are: whole UTC days, and quarter hours at the edges.</summary>
public static class RangeComposition
{
    public const int Quarters = 0;
    public const int Days = 1;

    private const int QuartersPerDay = 96;

    public static IReadOnlyList<RollupSegment> Segments(TimeRange range)
    {
        var (from, to) = (Aligned(range.From), Aligned(range.To));
        var firstDay = UnixTime.FloorDivide(from + QuartersPerDay - 1, QuartersPerDay);
        var endDay = UnixTime.FloorDivide(to, QuartersPerDay);

        if (firstDay >= endDay)
        {
            return from < to ? [new(Quarters, from, to)] : [];
        }

        var segments = new List<RollupSegment>(3);

        if (from < firstDay * QuartersPerDay)
        {
            segments.Add(new(Quarters, from, firstDay * QuartersPerDay));
        }

        segments.Add(new(Days, firstDay, endDay));

        if (endDay * QuartersPerDay < to)
        {
            segments.Add(new(Quarters, endDay * QuartersPerDay, to));
        }

        return segments;
    }

    /// <summary>
    /// The same with at most 48 quarter hours of each day: where the range holds more, the day is added and the others are subtracted. All
    /// rows must be of one moment.
    /// </summary>
    public static IEnumerable<(RollupSegment Segment, bool Subtracted)> Differences(TimeRange range)
    {
        foreach (var segment in Segments(range))
        {
            if (segment.Tier == Days)
            {
                yield return (segment, false);
                continue;
            }

            for (var day = UnixTime.FloorDivide(segment.From, QuartersPerDay); day * QuartersPerDay < segment.To; day++)
            {
                var (start, end) = (day * QuartersPerDay, (day + 1) * QuartersPerDay);
                var (from, to) = (Math.Max(segment.From, start), Math.Min(segment.To, end));

                if (to - from <= QuartersPerDay / 2)
                {
                    yield return (new(Quarters, from, to), false);
                    continue;
                }

                yield return (new(Days, day, day + 1), false);

                if (start < from)
                {
                    yield return (new(Quarters, start, from), true);
                }

                if (to < end)
                {
                    yield return (new(Quarters, to, end), true);
                }
            }
        }
    }

    public static long Aligned(DateTimeOffset time)
    {
        var quarter = UnixTime.QuarterOf(time);

        return UnixTime.StartOfQuarter(quarter) == time
            ? quarter
            : throw new ArgumentOutOfRangeException(nameof(time), time, "Statistics are kept by quarter hours of UTC: a range must begin and end on one.");
    }
}
