namespace MailStats.Mail.Quotas;

/// <summary>What span of time a limit is for. Written as a number: append only.</summary>
public enum QuotaWindow
{
    Unknown = 0,

    /// <summary>The billing month, from anchor day to anchor day.</summary>
    Month = 1,

    /// <summary>The calendar day.</summary>
    Day = 2,
}

/// <summary>One billing month or day: from <paramref name="Start"/> up to but not including <paramref name="End"/>, UTC.</summary>
public readonly record struct QuotaPeriod(DateTimeOffset Start, DateTimeOffset End)
{
    public bool Contains(DateTimeOffset instant) => instant >= Start && instant < End;
}

/// <summary>
/// Cuts time into billing months and days. Both begin at the first moment of a local day, so a day can have 23 or 25
/// hours and a month begins later where midnight itself is skipped.
/// </summary>
/// <param name="AnchorDay">Day of the month on which the billing month begins, 1 to 31; the last day in shorter months.</param>
/// <param name="Zone">The zone whose midnights count.</param>
public sealed record QuotaCalendar(int AnchorDay, TimeZoneInfo Zone)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    /// <summary>The period that an instant falls in.</summary>
    public QuotaPeriod PeriodAt(DateTimeOffset instant, QuotaWindow window)
    {
        var day = LocalDay(instant);

        if (window == QuotaWindow.Day)
        {
            return new QuotaPeriod(StartOf(day), StartOf(day.AddDays(1)));
        }

        var anchor = AnchorIn(day.Year, day.Month);
        var first = day >= anchor ? anchor : AnchorBefore(anchor);

        return new QuotaPeriod(StartOf(first), StartOf(AnchorAfter(first)));
    }

    /// <summary>The first instant of a local day, UTC: after the gap where midnight does not exist, the first of two midnights where it comes twice.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var instant = new DateTimeOffset(midnight, TimeSpan.Zero) - Zone.GetUtcOffset(midnight) - TimeSpan.FromHours(3);

        while (LocalDay(instant) >= day)
        {
            instant -= TimeSpan.FromDays(1);
        }

        // Every transition of a zone in use falls on a quarter hour, and so do the buckets that are summed.
        while (LocalDay(instant) < day)
        {
            instant += Step;
        }

        return instant;
    }

    private DateOnly LocalDay(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    private DateOnly AnchorIn(int year, int month) => new(year, month, Math.Min(AnchorDay, DateTime.DaysInMonth(year, month)));

    private DateOnly AnchorBefore(DateOnly anchor)
    {
        var month = new DateOnly(anchor.Year, anchor.Month, 1).AddMonths(-1);

        return AnchorIn(month.Year, month.Month);
    }

    private DateOnly AnchorAfter(DateOnly anchor)
    {
        var month = new DateOnly(anchor.Year, anchor.Month, 1).AddMonths(1);

        return AnchorIn(month.Year, month.Month);
    }
}
