using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class LogClockTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_year_turns_with_the_log()
    {
        var clock = new LogClock(TimeZoneInfo.Utc, Now);

        Assert.Equal("2026-12-31T23:59:59", Read(clock, 12, 31, "23:59:59"));
        Assert.Equal("2027-01-01T00:00:00", Read(clock, 1, 1, "00:00:00"));
        Assert.Equal("2026-12-31T23:59:58", Read(clock, 12, 31, "23:59:58"));
        Assert.Equal("2027-01-01T00:00:01", Read(clock, 1, 1, "00:00:01"));
    }

    [Fact]
    public void One_damaged_line_does_not_turn_the_year_and_two_do()
    {
        var clock = new LogClock(TimeZoneInfo.Utc, Now, 2025);

        Assert.Equal("2025-10-05T00:00:00", Read(clock, 10, 5, "00:00:00"));
        Read(clock, 1, 5, "00:00:01");
        Assert.Equal("2025-10-05T00:00:02", Read(clock, 10, 5, "00:00:02"));
        Read(clock, 3, 1, "00:00:03");
        Assert.Equal("2026-03-01T00:00:04", Read(clock, 3, 1, "00:00:04"));
        Assert.Equal("2026-03-02T00:00:00", Read(clock, 3, 2, "00:00:00"));
    }

    [Fact]
    public void A_log_that_begins_while_the_reader_runs_on_is_dated_by_the_day_it_is_then()
    {
        var now = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var clock = new LogClock(TimeZoneInfo.Utc, () => now);
        Assert.Equal("2026-11-19T00:00:00", Read(clock, 11, 19, "00:00:00"));

        now = Now;
        clock.BeginFile(null);

        Assert.Equal("2027-01-02T00:00:00", Read(clock, 1, 2, "00:00:00"));
    }

    [Fact]
    public void A_day_that_is_not_over_yet_somewhere_is_this_years()
    {
        Assert.Equal("2027-01-03T23:00:00", Read(new LogClock(TimeZoneInfo.Utc, Now), 1, 3, "23:00:00"));
        Assert.Equal("2026-01-06T00:00:00", Read(new LogClock(TimeZoneInfo.Utc, Now), 1, 6, "00:00:00"));
    }

    [Fact]
    public void The_given_year_is_the_first_stamps()
    {
        var clock = new LogClock(TimeZoneInfo.Utc, Now, 2019);

        Assert.Equal("2019-12-30T00:00:00", Read(clock, 12, 30, "00:00:00"));
        Assert.Equal("2020-02-29T00:00:00", Read(clock, 2, 29, "00:00:00"));
    }

    [Fact]
    public void A_day_that_the_year_has_not_is_no_stamp()
    {
        Assert.Equal(0, new LogClock(TimeZoneInfo.Utc, Now, 2025).FromMonthDay(2, 29, 0));
        Assert.Equal(0, new LogClock(TimeZoneInfo.Utc, Now, 2025).FromMonthDay(13, 1, 0));
    }

    [Fact]
    public void The_hour_that_the_clock_repeats_is_told_apart_by_the_order_of_lines()
    {
        var clock = new LogClock(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Now, 2026);

        Assert.Equal("2026-10-24T23:59:00", Read(clock, 10, 25, "01:59:00"));
        Assert.Equal("2026-10-25T00:10:00", Read(clock, 10, 25, "02:10:00"));
        Assert.Equal("2026-10-25T00:58:00", Read(clock, 10, 25, "02:58:00"));
        Assert.Equal("2026-10-25T00:57:30", Read(clock, 10, 25, "02:57:30"));
        Assert.Equal("2026-10-25T01:05:00", Read(clock, 10, 25, "02:05:00"));
        Assert.Equal("2026-10-25T01:59:00", Read(clock, 10, 25, "02:59:00"));
        Assert.Equal("2026-10-25T02:00:00", Read(clock, 10, 25, "03:00:00"));
    }

    [Fact]
    public void In_the_hour_that_the_clock_skips_the_offset_before_it_holds()
    {
        var clock = new LogClock(TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), Now, 2026);

        Assert.Equal("2026-03-08T06:59:59", Read(clock, 3, 8, "01:59:59"));
        Assert.Equal("2026-03-08T07:30:00", Read(clock, 3, 8, "02:30:00"));
        Assert.Equal("2026-03-08T07:00:00", Read(clock, 3, 8, "03:00:00"));
    }

    private static string Read(LogClock clock, int month, int day, string time) => new DateTime(
        clock.FromMonthDay(
            month,
            day,
            TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture).Ticks)).ToString("s", System.Globalization.CultureInfo.InvariantCulture);
}
