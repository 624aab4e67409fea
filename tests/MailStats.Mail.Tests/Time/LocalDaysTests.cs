using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Time;

public sealed class LocalDaysTests
{
    [Theory]
    [InlineData("Asia/Kathmandu", "2026-03-01", "2026-02-28T18:15:00Z", 24)]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5)]
    [InlineData("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z", 23.5)]
    [InlineData("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 24)]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0)]
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24)]
    [InlineData("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24)]
    [InlineData("Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z", 24)]
    // Clocks skip midnight: the day begins at 01:00.
    [InlineData("America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z", 23)]
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", 23)]
    // Clocks show midnight twice: the day begins at the first.
    [InlineData("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", 25)]
    // Clocks go back from midnight to 23:00: the day before is the long one.
    [InlineData("America/Santiago", "2024-04-06", "2024-04-06T03:00:00Z", 25)]
    [InlineData("America/Santiago", "2024-04-07", "2024-04-07T04:00:00Z", 24)]
    [InlineData("UTC", "2026-01-01", "2026-01-01T00:00:00Z", 24)]
    public void A_day_begins_when_the_clocks_of_the_zone_show_its_midnight(string zone, string date, string start, double hours)
    {
        var day = DateOnly.Parse(date, null);
        var begins = LocalDays.Start(day, Zone(zone));

        Assert.Equal(DateTimeOffset.Parse(start, null), begins);
        Assert.Equal(TimeSpan.FromHours(hours), LocalDays.Start(day.AddDays(1), Zone(zone)) - begins);
    }

    /// <summary>Every day of every zone the system knows, around every change of clocks in fifty years.</summary>
    [Fact]
    public void Days_of_every_zone_are_ascending_and_begin_on_quarter_hours()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var previous = LocalDays.Start(new DateOnly(2008, 1, 1), zone);

            for (var day = new DateOnly(2008, 1, 2); day < new DateOnly(2028, 1, 1); day = day.AddDays(1))
            {
                var start = LocalDays.Start(day, zone);

                Assert.True(start >= previous && start - previous <= TimeSpan.FromHours(49), $"{zone.Id} {day:O}");
                Assert.True(start.UtcTicks % LocalDays.Quarter.Ticks == 0, $"{zone.Id} {day:O}");
                Assert.True(LocalDays.DateAt(start, zone) >= day, $"{zone.Id} {day:O}");
                Assert.True(LocalDays.DateAt(start.AddTicks(-1), zone) < day, $"{zone.Id} {day:O}");
                previous = start;
            }
        }
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);
}
