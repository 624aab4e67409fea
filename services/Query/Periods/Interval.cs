using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Query.Periods;

/// <summary>How a timeline is cut.</summary>
internal sealed record Interval(string Name, int LongestDays, Func<DateTimeOffset, TimeZoneInfo, DateTimeOffset> Next)
{
    public static readonly Interval QuarterHour = new("quarter-hour", 32, (start, _) => start + LocalDays.Quarter);
    public static readonly Interval Hour = new("hour", 92, NextHour);
    public static readonly Interval Day = new("day", Period.LongestDays, NextDay);

    public static readonly IReadOnlyList<Interval> All = [QuarterHour, Hour, Day];

    /// <summary>Hours up to two days, days beyond.</summary>
    public static Interval DefaultFor(TimeRange range) => range.To - range.From <= TimeSpan.FromHours(49) ? Hour : Day;

    /// <summary>
    /// The starts of the intervals that make up a range, ascending; the first is the range's own start. Each ends where the
    /// next begins, the last with the range.
    /// </summary>
    public IEnumerable<DateTimeOffset> Starts(TimeRange range, TimeZoneInfo zone)
    {
        for (var start = range.From; start < range.To; start = Next(start, zone))
        {
            yield return start;
        }
    }

    // An hour ends when clocks show :00, or when they are changed: Lord Howe's half-hour change makes a half hour. A change
    // within a quarter hour (Newfoundland's until 2011) takes effect at its end.
    private static DateTimeOffset NextHour(DateTimeOffset start, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(start);
        var end = start + TimeSpan.FromMinutes(60 - (start + offset).Minute);

        for (var quarter = start + LocalDays.Quarter; quarter < end; quarter += LocalDays.Quarter)
        {
            if (zone.GetUtcOffset(quarter) != offset)
            {
                return quarter;
            }
        }

        return end;
    }

    private static DateTimeOffset NextDay(DateTimeOffset start, TimeZoneInfo zone)
    {
        var date = LocalDays.DateAt(start, zone);
        DateTimeOffset next;

        do
        {
            date = date.AddDays(1);
            next = LocalDays.Start(date, zone);
        }
        while (next <= start);

        return next;
    }
}
