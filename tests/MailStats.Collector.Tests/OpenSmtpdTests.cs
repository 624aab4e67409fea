using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>OpenSMTPD's lines for mailboxes, aliases and proxies, as 6.4 to 7.6 write them.</summary>
public sealed class OpenSmtpdTests
{
    private const string Arrival = """
        2026-03-03T08:00:00.9+00:00 mx1 smtpd[77]: 1111aaaa2222bbbb smtp connected address=192.0.2.10 host=web.shop.example
        2026-03-03T08:00:01.0+00:00 mx1 smtpd[77]: 1111aaaa2222bbbb smtp message msgid=0a0b0c0d size=2048 nrcpt=1 proto=ESMTP
        2026-03-03T08:00:01.1+00:00 mx1 smtpd[77]: 1111aaaa2222bbbb smtp envelope evpid=0a0b0c0d00000001 from=<ann@example.net> to=<joe@shop.example>
        2026-03-03T08:00:01.2+00:00 mx1 smtpd[77]: 1111aaaa2222bbbb smtp disconnected reason=quit
        """;

    private const string Out =
        "2026-03-03T08:00:03.0+00:00 mx1 smtpd[77]: 5555aaaa2222bbbb mta delivery evpid=EVPID from=<ann@example.net> to=<TO> rcpt=<RCPT> " +
        "source=\"192.0.2.1\" relay=\"RELAY\" delay=2s result=\"Ok\" stat=\"250 2.0.0 STAT\"";

    [Theory]
    [InlineData("to=<joe@shop.example> rcpt=<joe@shop.example> user=joe delay=0s result=Ok stat=Delivered", "delivered", "Delivered")]
    [InlineData("to=<joe@shop.example> user=joe delay=0s result=Ok stat=Delivered", "delivered", "Delivered")]
    [InlineData("to=<vmail@mx1> rcpt=<joe@shop.example> user=vmail delay=1s result=Ok stat=Delivered", "delivered", "Delivered")]
    [InlineData("to=<joe@shop.example> rcpt=<-> user=joe method=maildir delay=0s result=\"Ok\" stat=\"Delivered\"", "delivered", "Delivered")]
    [InlineData("to=<joe@shop.example> user=joe delay=0s result=TempFail stat=Error (\"mail.local: temporary failure\")", "deferred", "Error " +
        "(\"mail.local: temporary failure\")")]
    [InlineData("to=<joe@shop.example> user=joe delay=0s result=PermFail stat=Error (\"mailbox is over its quota\")", "bounced", "Error (\"mailbox is " +
        "over its quota\")")]
    public void A_mailbox_of_the_host_is_local_and_nobody_is_left_pending(string rest, string kind, string reply)
    {
        var events = Read(Arrival, "2026-03-03T08:00:02.0+00:00 mx1 smtpd[77]: 3333aaaa2222bbbb mda delivery evpid=0a0b0c0d00000001 " +
            "from=<ann@example.net> " + rest);

        var delivery = Ledger.Of(events).Single();
        Assert.Equal(("joe@shop.example", kind, reply, true), (delivery.Recipient, delivery.Last.Event, delivery.Last.Reply, delivery.Last.Local));
    }

    [Fact]
    public void An_alias_to_the_outside_counts_where_it_leads_and_leaves_nobody_pending()
    {
        var first = Through("0a0b0c0d00000001", "198.51.100.7 (mx.example.org)", "Ok").Replace("rcpt=<->", "rcpt=<joe@shop.example>", StringComparison.Ordinal)
            .Replace("to=<joe@shop.example> rcpt", "to=<joe@example.org> rcpt", StringComparison.Ordinal);
        var second = first
            .Replace("0d00000001", "0d00000002", StringComparison.Ordinal)
            .Replace("joe@example.org", "ann@example.com", StringComparison.Ordinal);

        var deliveries = Ledger.Of(Read(Arrival, first, second));

        Assert.Equal(
            [("ann@example.com", "delivered", false), ("joe@example.org", "delivered", false), ("joe@shop.example", "delivered", true)],
            deliveries.OrderBy(delivery => delivery.Recipient, StringComparer.Ordinal)
                .Select(delivery => (delivery.Recipient, delivery.Status, delivery.Local)));
    }

    [Fact]
    public void Mail_that_a_proxy_hands_back_counts_once()
    {
        var events = Read(Arrival, Back, Through("0a0b0c0d00000001", "127.0.0.1 (localhost)", "1cc5b2a2 Message accepted for delivery"), Delivered);

        AssertCountsOnce(events);
    }

    [Fact]
    public void Also_where_it_has_left_before_the_proxy_s_answer_is_logged() => AssertCountsOnce(
        Read(Arrival, Back, Delivered, Through("0a0b0c0d00000001", "127.0.0.1 (localhost)", "1cc5b2a2 Message accepted for delivery")));

    [Fact]
    public void Another_OpenSMTPD_s_answer_is_a_delivery()
    {
        var events = Read(Arrival, Through("0a0b0c0d00000001", "198.51.100.7 (mx.example.org)", "1cc5b2a2 Message accepted for delivery"));

        Assert.Equal(("delivered", null), (events[^1].Event, events[^1].Local));
    }

    private const string Back = """
        2026-03-03T08:00:01.5+00:00 mx1 smtpd[77]: 7777aaaa2222bbbb smtp connected address=127.0.0.1 host=localhost
        2026-03-03T08:00:01.6+00:00 mx1 smtpd[77]: 7777aaaa2222bbbb smtp message msgid=1cc5b2a2 size=2600 nrcpt=1 proto=ESMTP
        2026-03-03T08:00:01.6+00:00 mx1 smtpd[77]: 7777aaaa2222bbbb smtp envelope evpid=1cc5b2a200000001 from=<ann@example.net> to=<joe@shop.example>
        """;

    private static readonly string Delivered = Through("1cc5b2a200000001", "198.51.100.7 (mx.example.org)", "Ok: queued as 77AA");

    private static string Through(string evpid, string relay, string stat) => Out
        .Replace("EVPID", evpid, StringComparison.Ordinal).Replace("<TO>", "<joe@shop.example>", StringComparison.Ordinal)
        .Replace("<RCPT>", "<->", StringComparison.Ordinal).Replace("RELAY", relay, StringComparison.Ordinal).Replace("STAT", stat, StringComparison.Ordinal);

    private static void AssertCountsOnce(List<SubmittedEvent> events)
    {
        var counted = events.GroupBy(item => item.MessageKey).Where(message => message.All(item => item.Local is null)).ToList();

        Assert.Equal("1cc5b2a2", Assert.Single(counted).First().QueueId);
        Assert.Equal("delivered", counted[0].Last().Event);
        Assert.Equal(2, events.Select(item => item.MessageKey).Distinct().Count());
    }

    private static List<SubmittedEvent> Read(params string[] texts) =>
        Samples.Read("opensmtpd", [.. texts.SelectMany(text => text.Split('\n')).Select(line => line.Trim())]);
}
