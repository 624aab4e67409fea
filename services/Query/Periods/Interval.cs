using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Periods;

/// <summary>How a timeline is cut.</summary>
internal sealed record Interval(string Name, int LongestDays, Func<DateTimeOffset, TimeZoneInfo, DateTimeOffset> Next)
{
    public static readonly Interval FiveMinutes = new("5m", 7, (start, _) => start + TimeSpan.FromMinutes(5));
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

    /// <summary>One of the intervals of a call, or the usual one of the period. Null, with a problem, where it is none or too short.</summary>
    public static Interval? Read(string? name, IReadOnlyList<Interval> intervals, Period? period, FieldProblems problems)
    {
        if (name is null)
        {
            return period is null ? null : DefaultFor(period.Current);
        }

        var interval = intervals.FirstOrDefault(interval => interval.Name == name);

        if (interval is null)
        {
            return problems.Refuse<Interval>("interval", $"must be one of {string.Join(", ", intervals.Select(known => known.Name))}.");
        }

        // A day in which clocks go back has an hour more.
        return period is not null && period.Current.To - period.Current.From > TimeSpan.FromDays(interval.LongestDays) + TimeSpan.FromHours(2)
            ? problems.Refuse<Interval>("interval", $"must be longer for this period: {interval.Name} covers at most {interval.LongestDays} days")
            : interval;
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
