using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

public sealed class MetRecipientsTests
{
    private static readonly MailboxQuarter[] Quarters = [new(1, 40, 0), new(2, 40, 0)];

    [Fact]
    public void A_stranger_is_one_once_and_a_colleague_never()
    {
        var met = new MetRecipients("shop.example");
        met.Add(2, "Ann@Example.net", "m2");
        met.Add(1, "ann@example.net", "m1");
        met.Add(2, "bob@example.net", "m2");
        met.Add(2, "boss@Shop.example", "m2");
        met.Add(2, "boss@notshop.example", "m3");

        Assert.Equal([1, 2], met.Tell(Quarters).Select(one => one.Strangers));
        Assert.True(met.Knows(MetRecipients.NumberOf("BOB@example.net")));
        Assert.False(met.Knows(MetRecipients.NumberOf("carl@example.net")));
    }

    [Fact]
    public void Of_one_message_twenty_count()
    {
        var met = new MetRecipients("shop.example");

        foreach (var number in Enumerable.Range(0, 30))
        {
            met.Add(1, $"one{number}@example.net", "invitation");
            met.Add(2, $"two{number}@example.net", $"m{number}");
        }

        Assert.Equal([MetRecipients.MostOfOneMessage, 30], met.Tell(Quarters).Select(one => one.Strangers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_any_order_and_however_often_the_same_mail_tells_the_same(int seed)
    {
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 200)
            .Select(_ => (Quarter: 1L + random.Next(2), To: $"r{random.Next(60)}@example.net", Message: $"m{random.Next(9)}")).ToArray();
        var (once, again) = (new MetRecipients("shop.example"), new MetRecipients("shop.example"));

        foreach (var (quarter, to, message) in sent)
        {
            once.Add(quarter, to, message);
        }

        sent = [.. sent, .. sent];
        random.Shuffle(sent);

        foreach (var (quarter, to, message) in sent)
        {
            again.Add(quarter, to, message);
        }

        Assert.Equal(once.Tell(Quarters), again.Tell(Quarters));
    }
}
