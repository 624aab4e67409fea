using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Statistics;

public sealed class IntervalSumsTests
{
    private static readonly DateTimeOffset Origin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Edges anywhere, several in one day and equal ones among them.</summary>
    [Fact]
    public void Sums_between_edges_are_those_of_the_quarter_hours()
    {
        var arbitrary =
            from edges in Gen.Choose(0, 5 * 96).ListOf().Where(list => list.Count > 0)
            from filled in Gen.Choose(0, 5 * 96).ListOf()
            select (edges: edges.Order().ToArray(), filled);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(arbitrary.ToArbitrary(), sample =>
        {
            var buckets = sample.filled
                .Select((quarter, index) => (Quarter: FirstQuarter + quarter, Counters: new Counters(index + 5, 2, 1, 1, index + 1, 1)))
                .ToArray();
            var sums = new IntervalSums([.. sample.edges.Select(At)]);

            Fill(sums, buckets);

            var found = sums.Sums();
            Assert.Equal(sample.edges.Length - 1, found.Count);

            for (var index = 0; index < found.Count; index++)
            {
                var (from, to) = (FirstQuarter + sample.edges[index], FirstQuarter + sample.edges[index + 1]);
                Assert.Equal(Sum(buckets.Where(bucket => bucket.Quarter >= from && bucket.Quarter < to)), found[index]);
            }
        }));
    }

    /// <summary>The figure that a timeline of years rests on: in UTC days alone, elsewhere 48 quarter hours a day at most.</summary>
    [Theory]
    [InlineData("UTC", 365 * 3, 0)]
    [InlineData("Europe/Berlin", 365 * 3, 365 * 3 * 8)]
    [InlineData("Asia/Kathmandu", 365 * 3, 365 * 3 * 24)]
    [InlineData("Pacific/Auckland", 365 * 3, 365 * 3 * 48)]
    public void Years_of_a_zone_are_days_and_a_few_quarter_hours(string zone, int days, int mostQuarters)
    {
        var clocks = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var sums = new IntervalSums([.. Enumerable.Range(0, days + 1).Select(day => LocalDays.Start(new DateOnly(2024, 1, 1).AddDays(day), clocks))]);

        Assert.InRange(Rows(sums, RangeComposition.Days), days, days + 1);
        Assert.InRange(Rows(sums, RangeComposition.Quarters), 0, mostQuarters + 48);
    }

    private static long FirstQuarter => RangeComposition.Aligned(Origin);

    private static DateTimeOffset At(int quarter) => Origin + (quarter * LocalDays.Quarter);

    private static long Rows(IntervalSums sums, int tier) => sums.Segments.Where(segment => segment.Tier == tier).Sum(segment => segment.To - segment.From);

    private static void Fill(IntervalSums sums, (long Quarter, Counters Counters)[] buckets)
    {
        foreach (var segment in sums.Segments)
        {
            foreach (var (quarter, counters) in buckets)
            {
                var start = segment.Tier == RangeComposition.Days ? quarter / 96 : quarter;

                if (start >= segment.From && start < segment.To)
                {
                    sums.Add(segment.Tier, start, counters);
                }
            }
        }
    }

    private static Counters Sum(IEnumerable<(long Quarter, Counters Counters)> buckets) =>
        buckets.Aggregate(default(Counters), (sum, bucket) => sum + bucket.Counters);
}
