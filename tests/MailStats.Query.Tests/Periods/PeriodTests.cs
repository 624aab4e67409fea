using MailStats.Mail.Statistics;
using MailStats.Query.Names;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Tests.Periods;

public sealed class PeriodTests
{
    private static readonly DateTimeOffset _now = At("2026-03-31T14:37:12Z");

    [Theory]
    [InlineData("today", "2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-30T00:00:00Z")]
    [InlineData("yesterday", "2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z", "2026-03-29T00:00:00Z")]
    [InlineData("last-24-hours", "2026-03-30T14:45:00Z", "2026-03-31T14:45:00Z", "2026-03-29T14:45:00Z")]
    [InlineData("last-7-days", "2026-03-25T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-18T00:00:00Z")]
    [InlineData("last-30-days", "2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z", "2026-01-31T00:00:00Z")]
    [InlineData(null, "2026-03-25T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-18T00:00:00Z")]
    public void Named_periods_are_cut_in_the_zone_and_include_today(string? name, string from, string to, string previousFrom)
    {
        var period = Resolve(new StatisticsFilter { Period = name }, "UTC");

        Assert.Equal(Range(from, to), period.Current);
        // As much of the previous period as has passed of this one: all of it where the last day has ended.
        var passed = (At("2026-03-31T14:45:00Z") < period.Current.To ? At("2026-03-31T14:45:00Z") : period.Current.To) - period.Current.From;
        Assert.Equal(new TimeRange(At(previousFrom), At(previousFrom) + passed), period.Previous);
    }

    [Fact]
    public void A_running_day_is_compared_with_as_much_of_the_day_before()
    {
        var today = Resolve(new() { Period = "today" }, "UTC");

        Assert.Equal(Range("2026-03-30T00:00:00Z", "2026-03-30T14:45:00Z"), today.Previous);
        Assert.Equal(Range("2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z"), today.Current);
        Assert.Equal(Range("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"), Resolve(new() { Period = "yesterday" }, "UTC").Previous);
        Assert.Equal(Range("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"), Resolve(new() { From = "2026-04-02", To = "2026-04-02" }, "UTC").Previous);
    }

    [Fact]
    public void Today_is_the_day_of_the_zone_not_of_UTC()
    {
        Assert.Equal(Range("2026-03-30T18:15:00Z", "2026-03-31T18:15:00Z"), Resolve(new() { Period = "today" }, "Asia/Kathmandu").Current);
        Assert.Equal(Range("2026-03-31T10:00:00Z", "2026-04-01T10:00:00Z"), Resolve(new() { Period = "today" }, "Pacific/Kiritimati").Current);
        Assert.Equal(Range("2026-03-31T12:00:00Z", "2026-04-01T12:00:00Z"), Resolve(new() { Period = "today" }, "Etc/GMT+12").Current);
    }

    [Fact]
    public void Across_a_change_of_clocks_seven_days_are_compared_with_seven_days()
    {
        var spring = Resolve(new() { From = "2026-03-24", To = "2026-03-30" }, "Europe/Berlin");

        Assert.Equal(TimeSpan.FromHours((7 * 24) - 1), Length(spring.Current));
        Assert.Equal(TimeSpan.FromHours(7 * 24), Length(spring.Previous));
        Assert.Equal(At("2026-03-16T23:00:00Z"), spring.Previous.From);

        var autumn = Resolve(new() { From = "2026-11-01", To = "2026-11-01" }, "America/New_York");

        Assert.Equal(TimeSpan.FromHours(25), Length(autumn.Current));
        Assert.Equal(TimeSpan.FromHours(24), Length(autumn.Previous));

        var lordHowe = Resolve(new() { From = "2026-10-05", To = "2026-10-05" }, "Australia/Lord_Howe");

        Assert.Equal(TimeSpan.FromHours(24), Length(lordHowe.Current));
        Assert.Equal(TimeSpan.FromHours(23.5), Length(lordHowe.Previous));
    }

    [Fact]
    public void The_day_that_Samoa_left_out_takes_no_time()
    {
        var week = Resolve(new() { From = "2011-12-26", To = "2012-01-01" }, "Pacific/Apia");

        Assert.Equal(TimeSpan.FromHours(6 * 24), Length(week.Current));

        var problems = Refused(new() { From = "2011-12-30", To = "2011-12-30" }, "Pacific/Apia");

        Assert.Contains("Pacific/Apia", problems["from"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Instants_are_compared_with_the_same_time_elapsed()
    {
        var period = Resolve(new() { From = "2026-03-29T00:00:00+01:00", To = "2026-03-30T00:00:00+02:00" }, "Europe/Berlin");

        Assert.Equal(TimeSpan.FromHours(23), Length(period.Current));
        Assert.Equal(TimeSpan.FromHours(23), Length(period.Previous));
    }

    [Fact]
    public void Without_an_end_a_range_runs_until_now()
    {
        Assert.Equal(Range("2026-03-30T00:00:00Z", "2026-04-01T00:00:00Z"), Resolve(new() { From = "2026-03-30" }, "UTC").Current);
        Assert.Equal(Range("2026-03-31T12:15:00Z", "2026-03-31T14:45:00Z"), Resolve(new() { From = "2026-03-31T12:15:00Z" }, "UTC").Current);
    }

    [Fact]
    public void A_plus_sign_that_was_not_encoded_is_understood() =>
        Assert.Equal(
            Range("2026-03-30T22:00:00Z", "2026-03-31T02:00:00Z"),
            Resolve(new() { From = "2026-03-31T00:00:00 02:00", To = "2026-03-31T04:00:00 02:00" }, "UTC").Current);

    [Theory]
    [InlineData("tomorrow", null, null, "period")]
    [InlineData("", null, null, "period")]
    [InlineData("today,yesterday", null, null, "period")]
    [InlineData("today", "2026-01-01", "2026-01-02", "period")]
    [InlineData(null, null, "2026-01-02", "from")]
    [InlineData(null, "2026-01-02", "2026-01-01", "from")]
    [InlineData(null, "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "from")]
    [InlineData(null, "2026-02-30", "2026-03-01", "from")]
    [InlineData(null, "01.02.2026", "2026-03-01", "from")]
    [InlineData(null, "2026-01-01", "soon", "to")]
    [InlineData(null, "2026-01-01", "2026-01-02T00:00:00Z", "to")]
    [InlineData(null, "2026-01-01T00:00:00", "2026-01-02T00:00:00Z", "from")]
    [InlineData(null, "2026-01-01T00:07:00Z", "2026-01-02T00:00:00Z", "from")]
    [InlineData(null, "2026-01-01T00:00:00Z", "2026-01-02T00:00:01Z", "to")]
    [InlineData(null, "2016-01-01", "2026-01-01", "from")]
    [InlineData(null, "0001-01-01", "2026-01-02", "from")]
    [InlineData(null, "2026-01-01", "9999-12-31", "to")]
    [InlineData(null, "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00Z", "from")]
    [InlineData(null, "2026-01-01T00:00:00+99:99", "2026-01-02T00:00:00Z", "from")]
    public void What_is_no_period_is_refused_by_name(string? name, string? from, string? to, string field) =>
        Assert.Equal([field], Refused(new() { Period = name, From = from, To = to }, "UTC").Keys);

    [Fact]
    public void Every_mistake_is_told_at_once() =>
        Assert.Equal(["from", "to"], Refused(new() { From = "x", To = "y" }, "UTC").Keys.Order());

    [Fact]
    public void The_limit_is_named() =>
        Assert.Contains("1100 days", Refused(new() { From = "2016-01-01", To = "2026-01-01" }, "UTC")["from"].Single(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/Berlin\0")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("tzdata.zi")]
    [InlineData("leapseconds")]
    [InlineData("europe/../Europe/Berlin")]
    [InlineData("")]
    [InlineData("Europe")]
    public void Only_IANA_names_are_zones(string name) => Assert.Null(Zones.Find(name));

    internal static Period Resolve(StatisticsFilter filter, string zone)
    {
        var problems = new FieldProblems();
        var period = Period.Resolve(filter, _now, Zone(zone), problems);

        Assert.Empty(problems.ToDictionary());

        return Assert.IsType<Period>(period);
    }

    internal static TimeRange Range(string from, string to) => new(At(from), At(to));

    internal static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);

    private static Dictionary<string, string[]> Refused(StatisticsFilter filter, string zone)
    {
        var problems = new FieldProblems();

        Assert.Null(Period.Resolve(filter, _now, Zone(zone), problems));

        return problems.ToDictionary();
    }

    private static TimeSpan Length(TimeRange range) => range.To - range.From;

    internal static TimeZoneInfo Zone(string name) => Zones.Find(name) ?? throw new InvalidOperationException($"No zone {name} on this machine.");
}
