using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

public sealed class KnownNetworksTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.254", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.9", true)]
    [InlineData("2001:db8:1::1", "2001:db8:1:ffff::2", true)]
    [InlineData("2001:db8:1::1", "2001:db8:2::1", false)]
    public void A_network_is_24_bits_or_48(string one, string other, bool same) =>
        Assert.Equal(same, KnownNetworks.Of(one) == KnownNetworks.Of(other));

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("1.2.3.4.5")]
    public void What_is_no_address_is_no_network(string text) => Assert.Null(KnownNetworks.Of(text));

    [Fact]
    public void Nothing_is_new_before_a_week_is_known_and_what_was_seen_earlier_is_not()
    {
        var known = KnownNetworks.None.With(1, 100);

        Assert.False(KnownNetworks.None.IsNew(2, 100, null));
        Assert.False(known.IsNew(2, 106, null));
        Assert.True(known.IsNew(2, 107, null));
        Assert.False(known.IsNew(1, 107, null));
        Assert.True(known.With(2, 107).IsNew(2, 107, null));
        Assert.False(known.With(2, 107).IsNew(2, 108, null));
        Assert.False(known.With(2, 107).IsNew(2, 107, released: 107));
    }

    [Fact]
    public void A_network_that_is_not_used_is_forgotten_and_one_more_than_fits_drops_the_least_used()
    {
        var known = KnownNetworks.None.With(1, 100).With(2, 160);
        Assert.True(known.IsNew(1, 101 + KnownNetworks.DaysKept, null));

        for (var network = 3UL; network <= KnownNetworks.Most + 1; network++)
        {
            known = known.With(network, 165);
        }

        Assert.Equal(KnownNetworks.Most, known.Count);
        Assert.True(known.With(99, 170).IsNew(2, 200, null));
        Assert.False(known.With(99, 170).IsNew(5, 200, null));
    }

    [Fact]
    public void Who_meets_a_new_network_every_four_days_is_told_nothing_by_another()
    {
        var home = KnownNetworks.None.With(1, 100).With(2, 102);
        Assert.True(home.IsNew(9, 108, null));
        Assert.False(home.With(3, 104).IsNew(9, 108, null));
        Assert.True(home.With(3, 104).IsNew(9, 109, null));

        // Those of today do not count: a thief may send from many.
        Assert.True(home.With(3, 108).With(4, 108).IsNew(9, 108, null));

        var seven = Enumerable.Range(0, 7).Aggregate(KnownNetworks.None.With(1, 100), (known, one) => known.With(10 + (ulong)one, 140 + one));
        Assert.False(seven.IsNew(9, 168, null));
        Assert.True(seven.IsNew(9, 169, null));
    }

    [Fact]
    public void Told_again_it_is_the_same_and_written_it_comes_back()
    {
        var known = KnownNetworks.None.With(1, 100).With((1UL << 48) | 77, 101);

        Assert.Same(known, known.With(1, 100));
        Assert.Equal(known.Write(), KnownNetworks.Read(known.Write()).Write());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_any_order_the_same_days_give_the_same(int seed)
    {
        var random = new Random(seed);
        var seen = Enumerable.Range(0, 20).Select(_ => (Network: (ulong)random.Next(8), Day: 100 + random.Next(30))).ToArray();
        var first = seen.Aggregate(KnownNetworks.None, (known, one) => known.With(one.Network, one.Day));
        random.Shuffle(seen);

        Assert.Equal(first.Write(), seen.Aggregate(KnownNetworks.None, (known, one) => known.With(one.Network, one.Day)).Write());
    }
}
