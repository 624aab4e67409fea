using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Query.Periods;

/// <summary>A range of time that statistics are requested for, and the one of the same length directly before it.</summary>
/// <param name="Current">UTC, on quarter hours.</param>
/// <param name="Previous">
/// Ends where <paramref name="Current"/> begins, or sooner: while the current one is running, it is compared with as much time as
/// has passed of it.
/// </param>
/// <param name="Zone">The zone days and hours are cut in.</param>
internal sealed partial record Period(TimeRange Current, TimeRange Previous, TimeZoneInfo Zone)
{
    /// <summary>Longest range that can be requested: three years.</summary>
    public const int LongestDays = 1_100;

    public static readonly DateOnly Earliest = new(1990, 1, 1);
    public static readonly DateOnly Latest = new(2100, 1, 1);

    public const string Default = LastSevenDays;
    public const string Today = "today";
    public const string Yesterday = "yesterday";
    public const string LastDay = "last-24-hours";
    public const string LastSevenDays = "last-7-days";
    public const string LastThirtyDays = "last-30-days";

    public static readonly IReadOnlyList<string> Names = [Today, Yesterday, LastDay, LastSevenDays, LastThirtyDays];

    /// <summary>
    /// Whole local days, both included. Before them stand as many calendar days, whatever their length in hours: after a
    /// change of clocks a week is compared with a week, not with 167 hours.
    /// </summary>
    public static Period OfDays(DateOnly first, DateOnly last, TimeZoneInfo zone)
    {
        var days = last.DayNumber - first.DayNumber + 1;
        var start = LocalDays.Start(first, zone);

        return new Period(
            new TimeRange(start, LocalDays.Start(last.AddDays(1), zone)),
            new TimeRange(LocalDays.Start(first.AddDays(-days), zone), start),
            zone);
    }

    /// <summary>Two instants on quarter hours, the second not included. Before them stands the same time elapsed.</summary>
    public static Period OfInstants(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var (start, end) = (from.ToUniversalTime(), to.ToUniversalTime());

        return new Period(new TimeRange(start, end), new TimeRange(start - (end - start), start), zone);
    }

    /// <summary>
    /// The same period as seen at <paramref name="now"/>: half a day is compared with half a day, not with a whole one. The quarter
    /// hour in progress counts as passed.
    /// </summary>
    public Period At(DateTimeOffset now)
    {
        if (now < Current.From || now >= Current.To)
        {
            return this;
        }

        var end = Previous.From + (LocalDays.FloorToQuarter(now) + LocalDays.Quarter - Current.From);

        return end < Previous.To ? this with { Previous = Previous with { To = end } } : this;
    }

    /// <summary>The longest range that ends with the day of <paramref name="end"/>: all stored statistics lie in it.</summary>
    public static TimeRange Everything(DateTimeOffset end)
    {
        var today = DateOnly.FromDateTime(end.UtcDateTime);

        return OfDays(today.AddDays(1 - LongestDays), today, TimeZoneInfo.Utc).Current;
    }

    /// <summary>One of <see cref="Names"/>. Days run to their end, so today's includes hours to come.</summary>
    public static Period? OfName(string name, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = LocalDays.DateAt(now, zone);

        return name switch
        {
            Today => OfDays(today, today, zone),
            Yesterday => OfDays(today.AddDays(-1), today.AddDays(-1), zone),
            LastDay => Rolling(now, zone),
            LastSevenDays => OfDays(today.AddDays(-6), today, zone),
            LastThirtyDays => OfDays(today.AddDays(-29), today, zone),
            _ => null,
        };
    }

    // The quarter hour in progress belongs to the period.
    private static Period Rolling(DateTimeOffset now, TimeZoneInfo zone)
    {
        var end = LocalDays.FloorToQuarter(now) + LocalDays.Quarter;

        return OfInstants(end.AddDays(-1), end, zone);
    }
}
