using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Quotas;

namespace MailStats.Mail.Tests.Quotas;

public class QuotaCalendarTests
{
    [Theory]
    [InlineData(1, "UTC", "2026-11-20T12:00Z", "2026-11-01T00:00Z", "2026-12-01T00:00Z")]
    [InlineData(15, "UTC", "2026-11-14T23:59Z", "2026-10-15T00:00Z", "2026-11-15T00:00Z")]
    [InlineData(15, "UTC", "2026-11-15T00:00Z", "2026-11-15T00:00Z", "2026-12-15T00:00Z")]
    [InlineData(31, "UTC", "2026-02-10T00:00Z", "2026-01-31T00:00Z", "2026-02-28T00:00Z")]
    [InlineData(31, "UTC", "2026-02-28T00:00Z", "2026-02-28T00:00Z", "2026-03-31T00:00Z")]
    [InlineData(30, "UTC", "2028-02-29T00:00Z", "2028-02-29T00:00Z", "2028-03-30T00:00Z")]
    [InlineData(29, "UTC", "2027-02-28T12:00Z", "2027-02-28T00:00Z", "2027-03-29T00:00Z")]
    [InlineData(1, "UTC", "2026-12-31T23:59:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData(1, "America/Toronto", "2026-12-01T04:59Z", "2026-11-01T04:00Z", "2026-12-01T05:00Z")]
    [InlineData(1, "America/Toronto", "2026-12-01T05:00Z", "2026-12-01T05:00Z", "2027-01-01T05:00Z")]
    [InlineData(1, "Asia/Kathmandu", "2026-11-30T18:15Z", "2026-11-30T18:15Z", "2026-12-31T18:15Z")]
    [InlineData(1, "Australia/Lord_Howe", "2026-04-10T00:00Z", "2026-03-31T13:00Z", "2026-04-30T13:30Z")]
    public void The_billing_month_begins_at_local_midnight_of_the_anchor_day(int anchor, string zone, string at, string start, string end)
    {
        var calendar = new QuotaCalendar(anchor, TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(new QuotaPeriod(Utc(start), Utc(end)), calendar.PeriodAt(Utc(at), QuotaWindow.Month));
    }

    [Theory]
    [InlineData("America/New_York", "2026-03-08T12:00Z", "2026-03-08T05:00Z", "2026-03-09T04:00Z")] // 23 hours
    [InlineData("America/New_York", "2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")] // 25 hours
    [InlineData("America/Havana", "2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")] // midnight comes twice
    [InlineData("America/Santiago", "2026-09-06T12:00Z", "2026-09-06T04:00Z", "2026-09-07T03:00Z")] // midnight is skipped
    [InlineData("Pacific/Apia", "2011-12-31T00:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z")] // the day before is skipped
    public void A_day_begins_at_its_first_moment_whatever_the_clocks_do(string zone, string at, string start, string end)
    {
        var calendar = new QuotaCalendar(1, TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(new QuotaPeriod(Utc(start), Utc(end)), calendar.PeriodAt(Utc(at), QuotaWindow.Day));
    }

    [Fact]
    public void Periods_of_any_calendar_follow_each_other_without_gap_or_overlap()
    {
        string[] zones =
        [
            "UTC", "America/Toronto", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago",
            "Pacific/Apia", "Africa/Cairo", "America/Havana", "Pacific/Chatham",
        ];
        var calendars =
            from anchor in Gen.Choose(1, 31)
            from zone in Gen.Elements(zones)
            from window in Gen.Elements(QuotaWindow.Month, QuotaWindow.Day)
            from minutes in Gen.Choose(0, 15 * 365 * 24 * 60)
            select (new QuotaCalendar(anchor, TimeZoneInfo.FindSystemTimeZoneById(zone)), window, Utc("2015-01-01T00:00Z").AddMinutes(minutes));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(calendars.ToArbitrary(), sample =>
        {
            var (calendar, window, at) = sample;
            var period = calendar.PeriodAt(at, window);

            return period.Contains(at)
                && period == calendar.PeriodAt(period.Start, window)
                && period == calendar.PeriodAt(period.End.AddTicks(-1), window)
                && calendar.PeriodAt(period.End, window).Start == period.End
                && period.Start.Ticks % TimeSpan.TicksPerMinute == 0
                && period.Start.Minute % 15 == 0;
        }));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
