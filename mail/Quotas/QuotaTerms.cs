using System.Globalization;

namespace MailStats.Mail.Quotas;

/// <summary>A tenant's settings as they work: its calendar and thresholds.</summary>
public sealed class QuotaTerms
{
    private readonly Dictionary<QuotaWindow, QuotaPeriod> _latest = [];

    public QuotaTerms(int anchorDay, string timeZone, IReadOnlyList<int> thresholds)
    {
        // A zone that this machine does not know cannot stop mail; the settings call refuses such names.
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone);
        TimeZone = known ? timeZone : "UTC";
        Calendar = new(anchorDay, zone ?? TimeZoneInfo.Utc);
        Thresholds = thresholds;
        CalendarName = string.Create(CultureInfo.InvariantCulture, $"{anchorDay} {TimeZone}");
    }

    public QuotaCalendar Calendar { get; }

    public string TimeZone { get; }

    /// <summary>The same for calendars that cut time in the same way.</summary>
    public string CalendarName { get; }

    public IReadOnlyList<int> Thresholds { get; }

    public QuotaPeriod PeriodAt(DateTimeOffset instant, QuotaWindow window)
    {
        if (!_latest.TryGetValue(window, out var period) || !period.Contains(instant))
        {
            period = Calendar.PeriodAt(instant, window);
            _latest[window] = period;
        }

        return period;
    }

    /// <summary>Billing months that are over, latest first, back to the one that <paramref name="first"/> falls in.</summary>
    public IEnumerable<QuotaPeriod> MonthsBefore(DateTimeOffset now, DateTimeOffset first)
    {
        for (var period = MonthBefore(PeriodAt(now, QuotaWindow.Month)); period.End > first; period = MonthBefore(period))
        {
            yield return period;
        }
    }

    private QuotaPeriod MonthBefore(QuotaPeriod period) => Calendar.PeriodAt(period.Start.AddTicks(-1), QuotaWindow.Month);
}
