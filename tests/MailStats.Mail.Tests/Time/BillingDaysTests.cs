using MailStats.Mail.Quotas;

namespace MailStats.Mail.Tests.Time;

public sealed class BillingDaysTests
{
    /// <summary>Around every change of clocks of every zone, for as long as deliveries are taken: days by a search that knows no shortcut.</summary>
    [Fact]
    public void A_billing_day_is_a_day_of_the_zone_in_every_zone()
    {
        var looked = 0;

        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var calendar = new QuotaCalendar(1, zone);

            for (var noon = new DateTimeOffset(2000, 1, 2, 12, 0, 0, TimeSpan.Zero); noon.Year < 2040; noon = noon.AddDays(1))
            {
                if (zone.GetUtcOffset(noon.AddDays(-2)) == zone.GetUtcOffset(noon.AddDays(2)))
                {
                    continue;
                }

                looked++;
                var period = calendar.PeriodAt(noon, QuotaWindow.Day);
                var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(noon, zone).DateTime);

                Assert.True(period == new QuotaPeriod(Search(day, zone), Search(day.AddDays(1), zone)), $"{zone.Id} {day:O}: {period}");
            }
        }

        Assert.True(looked > 10_000, "Without changes of clocks this test looks at nothing.");
    }

    /// <summary>The first quarter hour at which the zone's clocks show the day or a later one.</summary>
    private static DateTimeOffset Search(DateOnly day, TimeZoneInfo zone)
    {
        var instant = new DateTimeOffset(day.AddDays(-2).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

        while (DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime) < day)
        {
            instant += TimeSpan.FromMinutes(15);
        }

        return instant;
    }
}
