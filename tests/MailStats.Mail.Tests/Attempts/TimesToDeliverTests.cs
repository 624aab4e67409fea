using MailStats.Mail.Attempts;

namespace MailStats.Mail.Tests.Attempts;

public sealed class TimesToDeliverTests
{
    [Fact]
    public void Every_time_is_told_within_two_percent()
    {
        for (var time = 1_000L; time < 30L * 24 * 3600 * 1_000_000; time = (time * 1_003 / 1_000) + 1)
        {
            Assert.InRange(TimeBins.Seconds(TimeBins.Of(time)), time * 0.98e-6, time * 1.02e-6);
        }
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(999)]
    public void Less_than_a_millisecond_is_no_time(long microseconds) => Assert.Equal(0, TimeBins.Seconds(TimeBins.Of(microseconds)));

    [Fact]
    public void Times_longer_than_any_queue_keeps_mail_are_one_bin()
    {
        Assert.Equal(TimeBins.Count - 1, TimeBins.Of(long.MaxValue));
        Assert.InRange(TimeBins.Seconds(TimeBins.Of(long.MaxValue)), 350.0 * 24 * 3600, 366.0 * 24 * 3600);
    }

    [Fact]
    public void A_quantile_is_the_time_at_its_rank()
    {
        var random = new Random(7);
        var times = Enumerable.Range(0, 5_000).Select(_ => Math.Exp(random.NextDouble() * 12)).Order().ToArray();
        var told = new TimesToDeliver();
        Array.ForEach(times, seconds => told.Add(TimeBins.Of((long)(seconds * 1_000_000)), 1));

        foreach (var share in new[] { 0.5, 0.9, 0.95, 0.99, 1.0 })
        {
            var exact = times[(int)Math.Ceiling(share * times.Length) - 1];
            Assert.InRange(told.Quantile(share), exact * 0.98, exact * 1.02);
        }
    }

    [Fact]
    public void Of_one_delivery_every_quantile_is_its_time_and_of_none_there_is_none()
    {
        var one = new TimesToDeliver();
        one.Add(TimeBins.Of(3_000_000), 1);

        Assert.Equal(one.Quantile(0.5), one.Quantile(0.99));
        Assert.Equal(0, new TimesToDeliver().Quantile(0.5));
    }
}
