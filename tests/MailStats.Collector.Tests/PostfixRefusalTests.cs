namespace MailStats.Collector.Tests;

/// <summary>What a server refuses while it comes in: shown, never counted.</summary>
public sealed class PostfixRefusalTests
{
    private const string Queued = "Mar  3 08:00:00 mx1 postfix/smtpd[1]: 4A1B2C3D4E: client=web.shop.example[192.0.2.10]";

    [Theory]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <x@example.com>: Relay access denied; from=<a@b.example> " +
        "to=<x@example.com> proto=ESMTP helo=<z>",
        554,
        "5.7.1",
        "554 5.7.1 <x@example.com>: Relay access denied")]
    [InlineData(
        "postfix/submission/smtpd[1]: NOQUEUE: reject: RCPT from unknown[2001:db8::9]: 450 4.7.1 Client host rejected: no; from=<a@b.example> " +
        "to=<x@example.com> proto=ESMTP helo=<z>",
        450,
        "4.7.1",
        "450 4.7.1 Client host rejected: no")]
    [InlineData(
        "postfix/postscreen[1]: NOQUEUE: reject: RCPT from [203.0.113.9]:41234: 550 5.7.1 Service unavailable; client [203.0.113.9] blocked using " +
        "zen.bl.example; from=<a@b.example>, to=<x@example.com>, proto=ESMTP, helo=<z>",
        550,
        "5.7.1",
        "550 5.7.1 Service unavailable; client [203.0.113.9] blocked using zen.bl.example")]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: milter-reject: RCPT from unknown[203.0.113.9]: 451 4.7.1 Try again later; from=<a@b.example> to=<x@example.com> " +
        "proto=ESMTP helo=<z>",
        451,
        "4.7.1",
        "451 4.7.1 Try again later")]
    [InlineData(
        "postfix/smtpd[1]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1-01 - SPAM; from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<z>",
        554,
        "5.7.0",
        "554 5.7.0 Reject, id=1-01 - SPAM")]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1-01 - SPAM; from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<z>",
        554,
        "5.7.0",
        "554 5.7.0 Reject, id=1-01 - SPAM")]
    [InlineData(
        "postfix/smtpd[1]: 4A1B2C3D4E: reject: RCPT from web.shop.example[192.0.2.10]: 552 5.7.1 quota reached; from=<a@b.example> to=<x@example.com> " +
        "proto=ESMTP helo=<z>",
        552,
        "5.7.1",
        "552 5.7.1 quota reached")]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: milter-reject: END-OF-MESSAGE from web.shop.example[192.0.2.10]: 5.7.1 Spam message rejected; " +
        "from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<z>",
        null,
        "5.7.1",
        "5.7.1 Spam message rejected")]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: reject: header Subject: from: to=<y> from web.shop.example[192.0.2.10]; from=<a@b.example> " +
        "to=<x@example.com> proto=ESMTP helo=<z>: 5.7.1 no such subject",
        null,
        "5.7.1",
        "5.7.1 no such subject")]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: reject: body buy now from local; from=<a@b.example> to=<x@example.com>: 5.7.1 no such text",
        null,
        "5.7.1",
        "5.7.1 no such text")]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: reject_warning: RCPT from unknown[203.0.113.9]: 554 5.7.1 no; from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<z>",
        null,
        null,
        null)]
    [InlineData("postfix/smtpd[1]: NOQUEUE: reject: MAIL from unknown[203.0.113.9]: 452 4.3.4 Message size; proto=ESMTP helo=<z>", null, null, null)]
    public void Refusals_of_every_kind_are_read(string line, int? code, string? enhanced, string? reply)
    {
        var rejected = Samples.Read("postfix", Queued, "Mar  3 08:00:01 mx1 " + line).SingleOrDefault();

        Assert.Equal(reply, rejected?.Reply);
        if (rejected is not null)
        {
            Assert.Equal(
                ("rejected", "a@b.example", "x@example.com", code, enhanced),
                (rejected.Event, rejected.Sender, rejected.Recipient, rejected.ReplyCode, rejected.EnhancedCode));
        }
    }

    [Theory]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: reject: header Subject: x from web.shop.example[192.0.2.10]; from=<a@b.example> to=<x@example.com> " +
        "proto=ESMTP helo=<z>: 5.7.1 no")]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: discard: header Subject: x from web.shop.example[192.0.2.10]; from=<a@b.example> to=<x@example.com> " +
        "proto=ESMTP helo=<z>")]
    [InlineData(
        "postfix/cleanup[1]: 4A1B2C3D4E: milter-discard: END-OF-MESSAGE from web.shop.example[192.0.2.10]: milter triggers DISCARD action; " +
        "from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<z>")]
    public void Nothing_is_waited_for_after_it(string line)
    {
        var reader = Samples.Reader("postfix");
        reader.Read(System.Text.Encoding.UTF8.GetBytes(Queued));
        Assert.Equal(1, reader.Messages.Count);

        reader.Read(System.Text.Encoding.UTF8.GetBytes("Mar  3 08:00:01 mx1 " + line));

        Assert.Equal(0, reader.Messages.Count);
    }

    [Fact]
    public void A_message_that_had_one_recipient_refused_keeps_the_others()
    {
        var events = Samples.Read(
            "postfix", Queued,
            "Mar  3 08:00:01 mx1 postfix/smtpd[1]: 4A1B2C3D4E: reject: RCPT from web.shop.example[192.0.2.10]: 550 5.1.1 <x@shop.example>: no; " +
            "from=<a@b.example> to=<x@shop.example> proto=ESMTP helo=<z>",
            "Mar  3 08:00:01 mx1 postfix/qmgr[1]: 4A1B2C3D4E: from=<a@b.example>, size=2048, nrcpt=1 (queue active)",
            "Mar  3 08:00:02 mx1 postfix/smtp[1]: 4A1B2C3D4E: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=0.9, " +
            "delays=0.1/0/0.4/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok)");

        Assert.Equal([("x@shop.example", "rejected"), ("ann@example.net", "delivered")], events.Select(item => (item.Recipient!, item.Event!)));
        Assert.Single(events.Select(item => item.MessageKey).Distinct());
    }

    [Fact]
    public void An_address_probe_is_no_mail() => Assert.Empty(Samples.Read(
        "postfix",
        "Mar  3 08:00:00 mx1 postfix/cleanup[1]: 4A1B2C3D4E: message-id=<20260303080000.4A1B2C3D4E@mx1>",
        "Mar  3 08:00:00 mx1 postfix/qmgr[1]: 4A1B2C3D4E: from=<double-bounce@mx1>, size=250, nrcpt=1 (queue active)",
        "Mar  3 08:00:02 mx1 postfix/smtp[1]: 4A1B2C3D4E: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=0.9, " +
        "delays=0.1/0/0.4/0.4, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)",
        "Mar  3 08:00:02 mx1 postfix/qmgr[1]: 4A1B2C3D4E: removed"));
}
