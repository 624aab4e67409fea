using MailStats.Collector.Joining;
using MailStats.RealMtas;

namespace MailStats.Collector.Tests.Mtas;

/// <summary>What real servers log of mail that goes into mailboxes: local, never counted.</summary>
public sealed class RealMailboxTests
{
    [SkippableFact]
    public async Task What_a_real_opensmtpd_delivers_itself_is_local_and_what_it_hands_on_is_not()
    {
        await using var sink = new ScriptedSink();
        var (opensmtpd, missing) = await RealOpenSmtpd.StartAsync(sink.Port);
        Skip.If(opensmtpd is null, missing);
        await using var server = opensmtpd;
        string[] recipients =
        [
            $"{RealOpenSmtpd.User}@{RealOpenSmtpd.Domain}", $"{RealOpenSmtpd.User}@{RealOpenSmtpd.FullDomain}",
            $"{RealOpenSmtpd.User}@{RealOpenSmtpd.GoneDomain}", "ann@example.net", "full@example.net", "gone@example.net",
        ];

        await SubmitAsync(server.Port, recipients);

        var deliveries = await RealLog.UntilTriedAsync("opensmtpd", server.LogFile, recipients.Length);
        Assert.Equal(
            [
                ("ann@example.net", "delivered", false), ("ann@full.example", "queued", true), ("ann@gone.example", "bounced", true),
                ("ann@shop.example", "delivered", true), ("full@example.net", "queued", false), ("gone@example.net", "bounced", false),
            ],
            deliveries.Select(delivery => (delivery.Recipient, delivery.Status, delivery.Local)).Order());
        Assert.All(deliveries, delivery => Assert.Equal(("news@shop.example", "127.0.0.1"), (delivery.Sender, delivery.Last.ClientAddress)));
        Assert.Equal("250 2.0.0 taken", deliveries.Single(delivery => delivery.Recipient == "ann@example.net").Last.Reply);
    }

    [SkippableFact]
    public async Task What_a_real_postfix_gives_a_real_dovecot_by_lmtp_over_tcp_is_local()
    {
        var (dovecot, missing) = await RealDovecot.StartAsync();
        Skip.If(dovecot is null, missing);
        await using var mailboxes = dovecot;
        (var postfix, missing) = await RealPostfix.StartAsync($"default_transport = lmtp:inet:127.0.0.1:{mailboxes.Port}");
        Skip.If(postfix is null, missing);
        await using var server = postfix;

        await SubmitAsync(server.Port, RealDovecot.Mailbox, RealDovecot.BrokenMailbox, "nobody@shop.example");

        var deliveries = await RealLog.UntilTriedAsync("postfix", server.LogFile, recipients: 3);
        Assert.Equal(
            [(RealDovecot.Mailbox, "delivered", true), (RealDovecot.BrokenMailbox, "queued", true), ("nobody@shop.example", "bounced", true)],
            deliveries.Select(delivery => (delivery.Recipient, delivery.Status, delivery.Local)).Order());
        Assert.Equal(1, mailboxes.Messages);
        Assert.EndsWith(" Saved", deliveries.Single(delivery => delivery.Status == "delivered").Last.Reply, StringComparison.Ordinal);
        var refused = deliveries.Single(delivery => delivery.Status == "bounced").Last;
        Assert.Equal((550, "5.1.1"), (refused.ReplyCode, refused.EnhancedCode));

        var outgoing = RealLog.Read("postfix", server.LogFile, new LocalMail([], [], ["127.0.0.1"]));
        Assert.All(outgoing, delivery => Assert.False(delivery.Local));
    }

    private static async Task SubmitAsync(int port, params string[] recipients) =>
        Assert.StartsWith("2", await SmtpDialogue.SendAsync(port, "news@shop.example", recipients), StringComparison.Ordinal);
}
