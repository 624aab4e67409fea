using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

public sealed class NewNetworkRulesTests
{
    private const long Now = 200 * 96;

    private static readonly BrakeLimits Usual = new(60, 150, 48, 80, KnowsMost: false, BrakeLimits.None, QuietHours: 0);

    [Fact]
    public void A_mailbox_may_have_half_of_an_hour()
    {
        Assert.Null(NewNetworkRules.FindStop([], Usual));
        Assert.Null(NewNetworkRules.FindStop(Window((0, 20), (1, 10)), Usual));

        var stop = NewNetworkRules.FindStop(Window((0, 20), (1, 10), (2, 1)), Usual);

        Assert.Equal(new(Now, Now + 2, Now + 3, BrakeCause.UnknownNetwork, 30, 1), stop);
        Assert.Null(NewNetworkRules.FindStop(Window((0, 20), (1, 10), (4, 20)), Usual));
    }

    [Fact]
    public void Slowly_it_may_have_as_many_as_strangers_in_a_day()
    {
        var slow = Enumerable.Range(0, 16).Select(hour => (4L * hour, 5L)).ToArray();
        Assert.Null(NewNetworkRules.FindStop(Window(slow), Usual));

        var stop = NewNetworkRules.FindStop(Window([.. slow, (64, 1)]), Usual);

        Assert.Equal(new(Now, Now + 64, Now + 65, BrakeCause.UnknownNetwork, 80, 1), stop);
    }

    [Fact]
    public void Where_too_little_is_known_it_is_what_anybody_may_have()
    {
        var onlyHours = new BrakeLimits(
            BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, BrakeLimits.None, KnowsMost: false, Quiet: 30, QuietHours: 1);

        foreach (var limits in (BrakeLimits?[])[null, onlyHours])
        {
            Assert.Null(NewNetworkRules.FindStop(Window((0, 20), (1, 10)), limits));
            Assert.Equal(30, NewNetworkRules.FindStop(Window((0, 20), (1, 11)), limits)?.LetThrough);
            Assert.Equal(60, NewNetworkRules.FindStop(Window((0, 20), (10, 20), (20, 20), (30, 1)), limits)?.LetThrough);
        }
    }

    [Fact]
    public void A_letter_to_a_group_counts_for_ten_and_one_to_more_for_forty()
    {
        Assert.Null(NewNetworkRules.FindStop(Window((0, 40), (0, 21), (0, 30)), Usual));
        Assert.NotNull(NewNetworkRules.FindStop(Window((0, 40), (0, 21), (0, 30), (0, 1)), Usual));
        Assert.NotNull(NewNetworkRules.FindStop(Window((0, 41)), Usual));
        Assert.NotNull(NewNetworkRules.FindStop(Window((0, 20), (0, 11)), Usual));
    }

    [Fact]
    public void Who_had_a_day_of_circulars_may_send_them_from_elsewhere()
    {
        // Three hundred in a day, of which twenty count among strangers; here each of these messages counts for forty.
        var limits = BrakeRules.Limits(20, 300, 20, isRare: false, days: 60);

        Assert.Equal(60, limits.StrangersInDay);
        Assert.Null(NewNetworkRules.FindStop(Window((0, 100), (0, 100)), limits));
        Assert.Null(NewNetworkRules.FindStop(Window([.. Enumerable.Range(0, 7).Select(at => (8L * at, 100L))]), limits));
        Assert.NotNull(NewNetworkRules.FindStop(Window([.. Enumerable.Range(0, 8).Select(at => (8L * at, 100L))]), limits));
        Assert.NotNull(NewNetworkRules.FindStop(Window((0, 100), (0, 100), (0, 100)), limits));
    }

    [Fact]
    public void Messages_are_counted_in_the_order_of_their_time_whatever_order_they_come_in()
    {
        var window = Window((2, 3), (0, 50), (2, 1), (1, 7));

        Assert.Equal([new(Now, 50, 40), new(Now + 1, 7, 7), new(Now + 2, 4, 4)], window);
    }

    private static List<FromNewNetworks> Window(params (long After, long Recipients)[] messages)
    {
        var window = new List<FromNewNetworks>();

        foreach (var (after, recipients) in messages)
        {
            NewNetworkRules.Add(window, Now + after, recipients);
        }

        return window;
    }
}
