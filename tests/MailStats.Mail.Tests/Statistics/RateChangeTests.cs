using MailStats.Mail.Statistics;

namespace MailStats.Mail.Tests.Statistics;

public sealed class RateChangeTests
{
    [Theory]
    [InlineData(3, 1_000, 4, 1_000, RateVerdict.TooFew)]
    [InlineData(20, 25, 1, 1_000, RateVerdict.TooFew)]
    [InlineData(20, 1_000, 0, 0, RateVerdict.TooFew)]
    [InlineData(24, 1_000, 16, 1_000, RateVerdict.Chance)]
    [InlineData(60, 1_000, 16, 1_000, RateVerdict.Up)]
    [InlineData(16, 1_000, 60, 1_000, RateVerdict.Down)]
    [InlineData(0, 1_000, 60, 1_000, RateVerdict.Down)]
    [InlineData(30, 30, 30, 30, RateVerdict.Chance)]
    [InlineData(9_500, 10_000, 9_800, 10_000, RateVerdict.Down)]
    [InlineData(52_000, 1_000_000, 50_000, 1_000_000, RateVerdict.Chance)]
    [InlineData(80_000, 1_000_000, 50_000, 1_000_000, RateVerdict.Up)]
    public void A_change_is_told_from_chance(long cases, long whole, long before, long wholeBefore, RateVerdict told) =>
        Assert.Equal(told, new RateChange(cases, whole, before, wholeBefore).Verdict);

    [Fact]
    public void One_of_a_hundred_weeks_without_a_change_is_told_as_one_at_most()
    {
        var random = new Random(1);
        var told = Enumerable.Range(0, 2_000).Count(_ =>
            new RateChange(Draw(random), 2_000, Draw(random), 2_000).Verdict is RateVerdict.Up or RateVerdict.Down);

        Assert.True(told <= 30, $"{told} of 2,000");
    }

    private static long Draw(Random random) => Enumerable.Range(0, 2_000).Count(_ => random.NextDouble() < 0.02);
}
