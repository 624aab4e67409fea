using MailStats.Mail.Time;

namespace MailStats.Mail.Quotas;

/// <summary>What span of time a limit is for.</summary>
// Written as a number: append only.
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
    /// <summary>The period that an instant falls in.</summary>
    public QuotaPeriod PeriodAt(DateTimeOffset instant, QuotaWindow window)
    {
        var day = LocalDays.DateAt(instant, Zone);

        if (window == QuotaWindow.Day)
        {
            return new QuotaPeriod(LocalDays.Start(day, Zone), LocalDays.Start(day.AddDays(1), Zone));
        }

        var anchor = AnchorIn(day.Year, day.Month);
        var first = day >= anchor ? anchor : AnchorBefore(anchor);

        return new QuotaPeriod(LocalDays.Start(first, Zone), LocalDays.Start(AnchorAfter(first), Zone));
    }

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
