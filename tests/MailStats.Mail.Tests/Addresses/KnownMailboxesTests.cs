using MailStats.Mail.Addresses;

namespace MailStats.Mail.Tests.Addresses;

public sealed class KnownMailboxesTests
{
    [Fact]
    public void A_sender_that_was_read_is_known_as_it_was_read_and_no_other_is()
    {
        var mailbox = Mailbox.Of("Known@Shop.example", "bounces@esp.example");

        Assert.True(KnownMailboxes.TryFind("Known@Shop.example", "bounces@esp.example", out var known));
        Assert.Equal(mailbox, known);
        Assert.False(KnownMailboxes.TryFind("bounces@esp.example", "Known@Shop.example", out _));
        Assert.False(KnownMailboxes.TryFind("known@shop.example", "bounces@esp.example", out _));
        Assert.False(KnownMailboxes.TryFind("Known@Shop.example", null, out _));
    }

    [Theory]
    [InlineData(KnownMailboxes.MaxLength, true)]
    [InlineData(KnownMailboxes.MaxLength + 1, false)]
    public void What_is_longer_than_a_sender_is_read_anew(int length, bool isKnown)
    {
        var sender = "@shop.example".PadLeft(length, 'x');

        Assert.Equal(new("shop.example", sender), Mailbox.Of(null, sender));

        Assert.Equal(isKnown, KnownMailboxes.TryFind(null, sender, out _));
    }

    [Fact]
    public void Of_more_senders_than_are_kept_each_has_its_own_mailbox()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < 10_000; number++)
            {
                Assert.Equal($"u{number}@shop.example", Mailbox.Of(null, $"U{number}@Shop.example")!.Value.Address);
            }
        }
    }
}
