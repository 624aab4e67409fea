using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Tests.Quotas;

public class QuotaStandingTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly QuotaPeriod Period = new(Start, Start.AddDays(30));

    [Theory]
    [InlineData(10_000, 0, QuotaLevel.Blue, 0.0, false)]
    [InlineData(10_000, 8_000, QuotaLevel.Blue, 80.0, false)]
    [InlineData(10_000, 8_001, QuotaLevel.Orange, 80.01, false)]
    [InlineData(10_000, 9_999, QuotaLevel.Orange, 99.99, false)]
    [InlineData(10_000, 10_000, QuotaLevel.Red, 100.0, true)]
    [InlineData(10_000, 10_400, QuotaLevel.Red, 104.0, true)]
    [InlineData(1_000_000_000_000, 999_999_999_999, QuotaLevel.Orange, 99.99, false)]
    [InlineData(3, 2, QuotaLevel.Blue, 66.66, false)]
    [InlineData(0, 0, QuotaLevel.Red, 100.0, true)]
    public void Blue_up_to_80_orange_above_red_from_100(long limit, long used, QuotaLevel level, double percent, bool blocked)
    {
        var standing = Standing(limit, used);

        Assert.Equal((level, (decimal)percent, blocked), (standing.Level, standing.Percent, standing.Blocked));
    }

    [Fact]
    public void What_is_reserved_is_taken_as_well()
    {
        var standing = Standing(100, 60, reserved: 40);

        Assert.Equal((100, 0, true, QuotaLevel.Red), (standing.Taken, standing.Remaining, standing.Blocked, standing.Level));
        Assert.False(standing.Fits(1));
    }

    [Fact]
    public void Without_a_limit_everything_fits_and_the_bar_is_blue()
    {
        var standing = Standing(null, 5_000_000);

        Assert.True(standing.Fits(int.MaxValue));
        Assert.Equal((QuotaLevel.Blue, null, null, false), (standing.Level, standing.Percent, standing.Remaining, standing.Blocked));
    }

    [Fact]
    public void Exhaustion_is_projected_from_the_pace_of_the_period()
    {
        var now = Start.AddDays(10);

        Assert.Equal(Start.AddDays(20), Standing(1_000, 500).ProjectExhaustion(now));
        Assert.Null(Standing(1_000, 300).ProjectExhaustion(now));
        Assert.Null(Standing(1_000, 0).ProjectExhaustion(now));
        Assert.Null(Standing(1_000, 1_000).ProjectExhaustion(now));
        Assert.Null(Standing(null, 300).ProjectExhaustion(now));
        Assert.Null(Standing(1_000, 500).ProjectExhaustion(Start.AddMinutes(30)));
    }

    [Fact]
    public void The_projection_stands_still_while_nothing_is_sent()
    {
        var now = Start.AddDays(10).AddMinutes(46);
        var projected = Standing(1_000, 500).ProjectExhaustion(now);

        Assert.Equal(Start.AddDays(20).AddHours(2), projected);
        Assert.Equal(projected, Standing(1_000, 500).ProjectExhaustion(now.AddMinutes(13).AddSeconds(59)));
        Assert.NotEqual(projected, Standing(1_000, 500).ProjectExhaustion(now.AddMinutes(15)));
    }

    [Theory]
    [InlineData(80, 800, false)]
    [InlineData(80, 801, true)]
    [InlineData(90, 899, false)]
    [InlineData(90, 900, true)]
    [InlineData(100, 999, false)]
    [InlineData(100, 1_000, true)]
    public void Eighty_is_passed_the_other_thresholds_are_met(int threshold, long used, bool reached) =>
        Assert.Equal(reached, QuotaThresholds.IsReached(threshold, used, 1_000));

    private static QuotaStanding Standing(long? limit, long used, long reserved = 0) =>
        new(new StatisticsScope("acme"), QuotaWindow.Month, limit, used, reserved, Period, false, "UTC");
}
