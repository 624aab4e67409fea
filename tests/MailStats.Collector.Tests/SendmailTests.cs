using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class SendmailTests
{
    [Fact]
    public void Lines_become_deliveries_of_one_recipient_each()
    {
        var reader = Samples.Reader("sendmail");
        Samples.Lines("sendmail.log").ForEach(line => reader.Read(line));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [
                ("amy@example.net", "delivered", 1, false), ("ann@example.net", "delivered", 1, false), ("ann@mx3", "delivered", 1, true),
                ("ann@mx3.shop.example", "delivered", 1, true), ("bob@example.org", "expired", 2, false), ("gone@example.org", "bounced", 1, false),
                ("later@example.org", "delivered", 2, false), ("office@example.com", "delivered", 1, false),
            ],
            deliveries.OrderBy(item => item.Recipient, StringComparer.Ordinal).Select(item => (item.Recipient, item.Status, item.Attempts, item.Local)));
        Assert.Empty(reader.Messages.Unfinished());
    }

    [Fact]
    public void Every_fact_that_sendmail_has_is_told()
    {
        var reader = Samples.Reader("sendmail");
        Samples.Lines("sendmail.log").ForEach(line => reader.Read(line));
        var events = reader.Messages.Events();

        var sent = events.First(item => item.Recipient == "amy@example.net");
        Assert.Equal(
            ("20260303T080001-mx3-62380001000041", "news@shop.example", "first.1@shop.example", 2048L, "mx3"),
            (sent.MessageKey, sent.Sender, sent.MessageId, sent.Bytes, sent.Host));
        Assert.Equal(("Ok: queued as 77AA", "2.0.0", "mx.example.net", "Sent", "192.0.2.10"),
            (sent.Reply, sent.EnhancedCode, sent.RemoteHost, sent.SourceVerdict, sent.ClientAddress));
        var gone = events.Single(item => item.Recipient == "gone@example.org");
        Assert.Equal((550, "5.1.1", "550 5.1.1 No such user, sorry", "User unknown"), (gone.ReplyCode, gone.EnhancedCode, gone.Reply, gone.SourceVerdict));
        var expired = events.Single(item => item.Event == "expired");
        Assert.Equal(("bob@example.org", "452 4.2.2 Full", "expired", false), (expired.Recipient, expired.Reply, expired.SourceVerdict, expired.Attempted));
        Assert.Equal("198.51.100.9", events.Single(item => item.Recipient == "office@example.com").RemoteHost);
    }

    [Theory]
    [InlineData("mailer=tcp, pri=1, relay=mx.example.net. [198.51.100.7]", null, "mx.example.net")]
    [InlineData("mailer=partner, pri=1, relay=[198.51.100.7] [198.51.100.7]", null, "198.51.100.7")]
    [InlineData("mailer=cyrusv2, pri=1, relay=box.shop.example [192.0.2.20]", true, null)]
    [InlineData("mailer=procmail, pri=1, relay=localhost [127.0.0.1]", true, null)]
    [InlineData("mailer=prog, pri=1", true, null)]
    public void A_mailer_of_any_name_that_reached_another_server_is_no_mailbox(string way, object? local, string? host)
    {
        var item = Samples.Read(
            "sendmail",
            "Mar  3 08:00:01 mx3 sm-mta[1]: 62380001000001: from=<a@shop.example>, size=1, class=0, nrcpts=1, msgid=<1@x>, relay=app [192.0.2.10]",
            $"Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<b@example.net>, delay=00:00:01, {way}, dsn=2.0.0, stat=Sent (ok)").Single();

        Assert.Equal((local, host), (item.Local, item.RemoteHost));
    }

    [Fact]
    public void Refusals_are_told_with_the_sender_that_a_later_line_names()
    {
        var reader = Samples.Reader("sendmail");
        Samples.Lines("sendmail.log").ForEach(line => reader.Read(line));

        Assert.Equal(
            [
                ("spam@bad.example", "x@far.example", "550 5.7.1 <x@far.example>... Relaying denied"),
                ("news@shop.example", "ann@example.net", "Looks like spam"),
            ],
            reader.Messages.Events().Where(item => item.Event == "rejected").Select(item => (item.Sender!, item.Recipient!, item.Reply!)));
    }

    [Fact]
    public void What_an_alias_stands_for_is_counted_after_the_message_s_own_recipients_have_ended()
    {
        var reader = Samples.Reader("sendmail");
        string[] lines =
        [
            "Mar  3 08:00:01 mx3 sm-mta[1]: 62380001000001: from=<a@shop.example>, size=1, class=0, nrcpts=1, msgid=<1@x>, relay=app [192.0.2.10]",
            "Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<b@example.net>, delay=00:00:01, mailer=esmtp, relay=m. [1.2.3.4], dsn=2.0.0, stat=Sent (ok)",
            "Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<c@example.net>, delay=00:00:01, mailer=esmtp, relay=m. [1.2.3.4], dsn=4.0.0, stat=Deferred",
            "Mar  3 09:00:02 mx3 sm-mta[2]: 62380001000001: to=<c@example.net>, delay=01:00:01, mailer=esmtp, relay=m. [1.2.3.4], dsn=2.0.0, stat=Sent (ok)",
        ];
        Array.ForEach(lines, line => reader.Read(Encoding.UTF8.GetBytes(line)));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [("b@example.net", "delivered", 1), ("c@example.net", "delivered", 2)],
            deliveries.Select(item => (item.Recipient, item.Status, item.Attempts)));
        Assert.Single(deliveries.Select(item => item.MessageKey).Distinct());
        Assert.Empty(reader.Messages.Unfinished());
    }

    [Fact]
    public void A_list_that_goes_on_in_another_line_and_one_without_brackets_are_read()
    {
        var events = Samples.Read(
            "sendmail",
            "Mar  3 08:00:01 mx3 sm-mta[1]: 62380001000001: from=<a@shop.example>, size=1, class=0, nrcpts=3, msgid=<1@x>, relay=app [192.0.2.10]",
            "Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<b@example.net>,<c@example.net>, [more], delay=00:00:01, dsn=2.0.0, stat=Sent (ok)",
            "Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=d@example.net, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent (ok)");

        Assert.Equal(["b@example.net", "c@example.net", "d@example.net"], events.Select(item => item.Recipient));
    }

    [Theory]
    [InlineData("Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<b@example.net>, delay=00:00:01, mailer=es", LineOutcome.Broken)]
    [InlineData("Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=\"|prog, delay=00:00:01, dsn=2.0.0, stat=Sent", LineOutcome.Broken)]
    [InlineData("Mar  3 08:00:01 mx3 sm-mta[1]: 62380001000001: from=<a@shop.example>, si", LineOutcome.Broken)]
    [InlineData("Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to=<b@example.net>, delay=00:00:01, mailer=esmtp, stat=queued", LineOutcome.NoDelivery)]
    [InlineData("Mar  3 08:00:02 mx3 sm-mta[1]: starting daemon (8.17.1): SMTP+queueing@00:10:00", LineOutcome.NoDelivery)]
    [InlineData("Mar  3 08:00:02 mx3 dovecot: imap-login: Login", LineOutcome.OtherProgram)]
    [InlineData("nothing", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string line, object outcome) => Assert.Equal(outcome, Samples.Reader("sendmail").Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("sendmail", LogFormats.Guess([.. Samples.Lines("sendmail.log")], Samples.Now));
}
