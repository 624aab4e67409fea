using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Quotas;

namespace MailStats.Mail.Tests.Quotas;

public sealed class QuotaShareTests
{
    private static readonly IReadOnlyList<int> Thresholds = QuotaThresholds.Default;

    [Theory]
    [InlineData(1_000_000, 0, 0, QuotaShare.Most)]
    // A sixteenth of what is left.
    [InlineData(1_600, 0, 0, 100)]
    // 80 % is reached past 1,280.
    [InlineData(1_600, 1_270, 0, 10)]
    [InlineData(1_600, 1_273, 0, 0)]
    // From there on up to nine tenths.
    [InlineData(1_600, 1_281, 0, 19)]
    [InlineData(1_600, 0, 1_270, 10)]
    [InlineData(127, 0, 0, 0)]
    [InlineData(128, 0, 0, 8)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1_600, 2_000, 0, 0)]
    public void A_share_is_a_small_part_of_what_is_left_below_the_next_threshold(long limit, long taken, long ahead, long expected) =>
        Assert.Equal(expected, QuotaShare.Size(Thresholds, limit, taken, ahead));

    [Theory]
    [InlineData(1_279, true)]
    [InlineData(1_280, true)]
    [InlineData(1_281, false)]
    [InlineData(1_600, false)]
    public void Nothing_is_taken_ahead_past_a_threshold(long taken, bool fits) =>
        Assert.Equal(fits, QuotaShare.Fits(Thresholds, 1_600, 0, taken));

    [Fact]
    public void Nothing_taken_ahead_fits_everywhere() => Assert.True(QuotaShare.Fits(Thresholds, 100, 200, 0));

    /// <summary>However many take shares one after the other, all of them spent reach neither the limit nor a threshold.</summary>
    [Fact]
    public void All_shares_together_change_nothing_that_is_told()
    {
        var arbitrary =
            from limit in Gen.Choose(0, 100_000)
            from taken in Gen.Choose(0, 100_000)
            from takers in Gen.Choose(1, 12)
            select (limit, taken, takers);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(arbitrary.ToArbitrary(), sample =>
        {
            var ahead = 0L;

            for (var taker = 0; taker < sample.takers; taker++)
            {
                ahead += QuotaShare.Size(Thresholds, sample.limit, sample.taken, ahead);
            }

            Assert.True(ahead == 0 || sample.taken + ahead < sample.limit);
            Assert.Equal(
                QuotaThresholds.Reached(Thresholds, sample.taken, sample.limit), QuotaThresholds.Reached(Thresholds, sample.taken + ahead, sample.limit));
        }));
    }
}
