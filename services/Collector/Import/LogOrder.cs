using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.Collector.Import;

/// <summary>A log and the year of its first stamp, where its stamps have none.</summary>
internal sealed record OrderedLog(LogFile File, int? FirstYear);

/// <summary>Puts rotated logs in the order in which they were written, by their first stamps; names do not matter.</summary>
internal static class LogOrder
{
    /// <param name="files">Each log with its first lines.</param>
    /// <param name="createFormat">Reads a log whose stamps belong to the given year.</param>
    /// <param name="givenYear">Year of the oldest log's first stamp, where the user gives it.</param>
    /// <param name="now">Logs are not from the future.</param>
    public static IReadOnlyList<OrderedLog> Sort(
        IReadOnlyList<(LogFile File, IReadOnlyList<byte[]> FirstLines)> files, Func<int?, ILogFormat> createFormat, int? givenYear, DateTimeOffset now)
    {
        // Read in a leap year, a stamp without year shows the place in the year; one with a year shows itself.
        const int AnyYear = 2024;
        var stamped = files
            .Select(entry => (
                entry.File,
                First: FirstStamp(entry.FirstLines, createFormat(AnyYear)),
                Other: FirstStamp(entry.FirstLines, createFormat(AnyYear + 4))))
            .OrderBy(entry => entry.First)
            .ToList();
        if (stamped.TrueForAll(entry => entry.First == entry.Other))
        {
            return [.. stamped.Select(entry => new OrderedLog(entry.File, null))];
        }

        // Within a year the order is a circle: the logs begin after the widest gap.
        var dated = stamped.Where(entry => entry.First != 0).Select(entry => entry.First).ToList();
        var start = dated.Count < 2 ? 0 : WidestGap(dated);
        var empty = stamped.Where(entry => entry.First == 0);
        var ordered = stamped.Where(entry => entry.First != 0).Skip(start).Concat(stamped.Where(entry => entry.First != 0).Take(start)).ToList();
        var oldestIsLastYear = start > 0 && ordered.Count > 1;
        var newest = ordered.Count == 0 ? default : new DateTime(ordered[^1].First);
        var newestYear = givenYear is { } year ? (oldestIsLastYear ? year + 1 : year) : LatestPast(newest, now);

        return
        [
            .. ordered.Select((entry, index) => new OrderedLog(entry.File, oldestIsLastYear && index < ordered.Count - start ? newestYear - 1 : newestYear)),
            .. empty.Select(entry => new OrderedLog(entry.File, newestYear)),
        ];
    }

    private static int WidestGap(List<long> sorted)
    {
        var circle = TimeSpan.FromDays(366).Ticks;
        var widest = sorted[0] + circle - sorted[^1];
        var start = 0;
        for (var index = 1; index < sorted.Count; index++)
        {
            if (sorted[index] - sorted[index - 1] > Math.Max(widest, TimeSpan.FromDays(183).Ticks))
            {
                widest = sorted[index] - sorted[index - 1];
                start = index;
            }
        }

        return start;
    }

    private static int LatestPast(DateTime stamp, DateTimeOffset now)
    {
        var latest = now.UtcDateTime.AddDays(1);
        var thisYear = stamp.AddYears(latest.Year - stamp.Year);

        return thisYear <= latest ? latest.Year : latest.Year - 1;
    }

    private static long FirstStamp(IReadOnlyList<byte[]> lines, ILogFormat format)
    {
        foreach (var line in lines)
        {
            if (format.StampOf(line) is var stamp && stamp != 0)
            {
                return stamp;
            }
        }

        return 0;
    }
}
