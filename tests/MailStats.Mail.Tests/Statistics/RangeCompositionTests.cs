using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Statistics;

public sealed class RangeCompositionTests
{
    private const int QuartersPerDay = 96;

    /// <summary>Every quarter hour of the range counts once, all others not at all.</summary>
    [Fact]
    public void Days_and_what_is_subtracted_of_them_are_the_range()
    {
        var arbitrary =
            from first in Gen.Choose(-300, 300)
            from length in Gen.Choose(0, 400)
            select (first, length);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(arbitrary.ToArbitrary(), sample =>
        {
            var range = new TimeRange(UnixTime.StartOfQuarter(sample.first), UnixTime.StartOfQuarter(sample.first + sample.length));
            var counted = new Dictionary<long, int>();
            var quartersOfDays = new Dictionary<long, long>();

            foreach (var (segment, subtracted) in RangeComposition.Differences(range))
            {
                var length = segment.Tier == RangeComposition.Days ? QuartersPerDay : 1;

                for (var quarter = segment.From * length; quarter < segment.To * length; quarter++)
                {
                    counted[quarter] = counted.GetValueOrDefault(quarter) + (subtracted ? -1 : 1);
                }

                if (segment.Tier == RangeComposition.Quarters)
                {
                    var day = UnixTime.FloorDivide(segment.From, QuartersPerDay);
                    quartersOfDays[day] = quartersOfDays.GetValueOrDefault(day) + segment.To - segment.From;
                }
            }

            Assert.Equal(
                Enumerable.Range(sample.first, sample.length).Select(quarter => ((long)quarter, 1)),
                counted.Where(pair => pair.Value != 0).Select(pair => (pair.Key, pair.Value)).Order());
            Assert.All(quartersOfDays.Values, quarters => Assert.InRange(quarters, 1, QuartersPerDay / 2));
        }));
    }
}
