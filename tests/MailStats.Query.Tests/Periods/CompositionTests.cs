using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Query.Periods;
using Interval = MailStats.Query.Periods.Interval;
using static MailStats.Query.Tests.Periods.PeriodTests;

namespace MailStats.Query.Tests.Periods;

public sealed class CompositionTests
{
    private static readonly string[] _zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
        "Pacific/Kiritimati", "America/St_Johns", "America/Santiago", "Africa/Casablanca", "Antarctica/Troll",
    ];

    [Theory]
    [InlineData("America/New_York", "2026-03-08", 23, "2026-03-08T03:00:00-04:00", 2)]
    [InlineData("America/New_York", "2026-11-01", 25, "2026-11-01T01:00:00-05:00", 2)]
    [InlineData("Asia/Kathmandu", "2026-03-08", 24, "2026-03-08T02:00:00+05:45", 2)]
    // Clocks go from 02:00 to 02:30: the hour of two has thirty minutes.
    [InlineData("Australia/Lord_Howe", "2026-10-04", 24, "2026-10-04T02:30:00+11:00", 2)]
    // Clocks go from 02:00 back to 01:30: those thirty minutes stand apart.
    [InlineData("Australia/Lord_Howe", "2026-04-05", 25, "2026-04-05T01:30:00+10:30", 2)]
    public void Hours_follow_the_clocks_of_the_zone(string zone, string date, int hours, string start, int at)
    {
        var period = Resolve(new() { From = date, To = date }, zone);
        var points = Composition.Compose([], Interval.Hour, period.Current, period.Zone, cumulative: false);

        Assert.Equal(hours, points.Count);
        Assert.Equal(start, points[at].Start.ToString("yyyy-MM-ddTHH:mm:sszzz", null));
    }

    [Fact]
    public void Days_of_Samoa_go_from_the_29th_to_the_31st()
    {
        var period = Resolve(new() { From = "2011-12-28", To = "2012-01-01" }, "Pacific/Apia");
        var points = Composition.Compose([], Interval.Day, period.Current, period.Zone, cumulative: false);

        Assert.Equal([28, 29, 31, 1], points.Select(point => point.Start.Day));
        Assert.Equal([-10, -10, 14, 14], points.Select(point => point.Start.Offset.TotalHours));
    }

    [Fact]
    public void A_range_that_begins_within_an_hour_or_a_day_begins_with_a_part_of_it()
    {
        var range = Range("2026-03-01T10:45:00Z", "2026-03-03T00:15:00Z");

        Assert.Equal(
            ["10:45", "11:00"],
            Interval.Hour.Starts(range, TimeZoneInfo.Utc).Take(2).Select(start => start.ToString("HH:mm", null)));
        Assert.Equal(
            ["1 10:45", "2 00:00", "3 00:00"],
            Interval.Day.Starts(range, TimeZoneInfo.Utc).Select(start => start.ToString("d HH:mm", null).TrimStart('0')));
    }

    /// <summary>Each interval is the sum of the quarter hours within it, however the clocks go; none is lost, none counts twice.</summary>
    [Fact]
    public void Intervals_are_the_sums_of_their_quarter_hours()
    {
        var arbitrary =
            from zone in Gen.Elements(_zones)
            from interval in Gen.Elements(Interval.All.ToArray())
            from year in Gen.Elements(2011, 2026)
            from start in Gen.Choose(0, 365 * 96)
            from length in Gen.Choose(1, 12 * 96)
            from filled in Gen.Choose(0, length - 1).ListOf()
            select (zone, interval, From: new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) + (start * LocalDays.Quarter), length, filled);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(arbitrary.ToArbitrary(), sample =>
        {
            var zone = Zone(sample.zone);
            var range = new TimeRange(sample.From, sample.From + (sample.length * LocalDays.Quarter));
            var buckets = sample.filled.Distinct().Order()
                .Select(i => new Bucket(sample.From + (i * LocalDays.Quarter), new Counters(i + 4, 1, 1, 1, i + 1)))
                .ToArray();

            var apart = Composition.Compose(buckets, sample.interval, range, zone, cumulative: false);
            var cumulative = Composition.Compose(buckets, sample.interval, range, zone, cumulative: true);
            var running = default(Counters);

            for (var i = 0; i < apart.Count; i++)
            {
                var end = i + 1 < apart.Count ? apart[i + 1].Start : range.To;
                var expected = Sum(buckets.Where(bucket => bucket.Start >= apart[i].Start && bucket.Start < end));
                running += expected;

                Assert.Equal(expected, apart[i].Counters);
                Assert.Equal(running, cumulative[i].Counters);
                Assert.Equal(zone.GetUtcOffset(apart[i].Start), apart[i].Start.Offset);
                Assert.True(i == 0 || StartsAsClocksShow(apart[i].Start, sample.interval, zone), $"{sample.interval.Name} {sample.zone} {apart[i].Start:O}");
            }

            Assert.Equal(range.From, apart[0].Start);
            Assert.Equal(Sum(buckets), running);
        }));
    }

    private static bool StartsAsClocksShow(DateTimeOffset start, Interval interval, TimeZoneInfo zone) =>
        interval == Interval.QuarterHour
        || (interval == Interval.Hour && start.Minute == 0)
        || (interval == Interval.Day && start.TimeOfDay == TimeSpan.Zero)
        // Newfoundland changed its clocks at one minute past midnight until 2011: within a quarter hour.
        || zone.GetUtcOffset(start) != zone.GetUtcOffset(start - LocalDays.Quarter);

    private static Counters Sum(IEnumerable<Bucket> buckets) =>
        buckets.Aggregate(default(Counters), (sum, bucket) => sum + bucket.Counters);
}
