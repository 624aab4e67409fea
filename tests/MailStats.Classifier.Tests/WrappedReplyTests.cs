using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Tests;

/// <summary>What other MTAs write around a reply is taken off, whichever way it comes in.</summary>
public class WrappedReplyTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    [Theory]
    [InlineData("550 5.1.1 User unknown", "550 5.1.1 User unknown", "", SmtpPhase.Unknown)]
    [InlineData(
        "host mx.shop.example[203.0.113.5] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
        "550 5.1.1 User unknown (in reply to RCPT TO command)",
        "mx.shop.example",
        SmtpPhase.RcptTo)]
    [InlineData("<ann@shop.example>: host mx.shop.example[203.0.113.5] said: 550 No", "550 No", "mx.shop.example", SmtpPhase.Unknown)]
    [InlineData("host mx.shop.example[2001:db8::5] refused to talk to me: 554 5.7.1 go away", "554 5.7.1 go away", "mx.shop.example", SmtpPhase.Connection)]
    [InlineData("delivery temporarily suspended: host mx.shop.example[203.0.113.5] said: 451 later", "451 later", "mx.shop.example", SmtpPhase.Unknown)]
    [InlineData("connect to mx.shop.example[203.0.113.5]: server refused to talk to me: 421 busy", "421 busy", "mx.shop.example", SmtpPhase.Connection)]
    [InlineData(
        "connect to mx.shop.example[203.0.113.5]:25: Connection refused",
        "connect to mx.shop.example[203.0.113.5]:25: Connection refused",
        "",
        SmtpPhase.Unknown)]
    [InlineData(
        "SMTP error from remote mail server after RCPT TO:<ann@shop.example>: host mx.shop.example [203.0.113.5]: 550 No",
        "550 No",
        "mx.shop.example",
        SmtpPhase.RcptTo)]
    [InlineData(
        "host mx.shop.example [203.0.113.5]\n  SMTP error from remote mail server after MAIL FROM:<x@web.example> SIZE=20:\n  553 No",
        "553 No",
        "mx.shop.example",
        SmtpPhase.MailFrom)]
    [InlineData("H=mx.shop.example [203.0.113.5]: SMTP error from remote mail server after end of data: 550 No", "550 No", "mx.shop.example", SmtpPhase.Data)]
    [InlineData("SMTP error from remote mail server after initial connection: 554 No", "554 No", "", SmtpPhase.Connection)]
    [InlineData("203.0.113.5 does not like recipient.\nRemote host said: 550 No\nGiving up on 203.0.113.5.", "550 No", "", SmtpPhase.RcptTo)]
    [InlineData("Connected to 203.0.113.5 but sender was rejected.\nRemote host said: 553 No", "553 No", "", SmtpPhase.MailFrom)]
    [InlineData(
        "... while talking to mx.shop.example.: >>> MAIL From:<x@web.example> <<< 553 No",
        "... while talking to mx.shop.example.: >>> MAIL From:<x@web.example> <<< 553 No",
        "",
        SmtpPhase.MailFrom)]
    [InlineData("host not found", "host not found", "", SmtpPhase.Unknown)]
    [InlineData("", "", "", SmtpPhase.Unknown)]
    public void The_reply_itself_is_found_with_its_host_and_command(string wrapped, string text, string host, SmtpPhase phase)
    {
        var reply = WrappedReply.Read(wrapped);

        Assert.Equal((text, host, phase), (reply.Text.ToString(), reply.Host.ToString(), reply.Phase));
    }

    [Theory]
    [InlineData("host mx.shop.example[203.0.113.5] said: 550 5.7.1 Your address is listed at bl.spamcop.net")]
    [InlineData(
        "SMTP error from remote mail server after RCPT TO:<ann@shop.example>: host mx.shop.example [203.0.113.5]: 550 You are listed at "
            + "bl.spamcop.net")]
    [InlineData("554 5.0.0 delivery failed: host mx.shop.example[203.0.113.5] said: 550 5.7.1 You are listed at bl.spamcop.net")]
    public void The_receivers_address_is_never_named_as_the_blocked_one(string text) =>
        Assert.StartsWith("Your server's address is on SpamCop.", Classifier.Classify(new SmtpReply { Text = text }).Advice, StringComparison.Ordinal);

    [Theory]
    [InlineData("203.0.113.5_does_not_like_recipient./Remote_host_said:_550_5.1.1_User_unknown/Giving_up_on_203.0.113.5./", "recipient_unknown", true)]
    [InlineData("Connected_to_203.0.113.5_but_sender_was_rejected./Remote_host_said:_553_5.1.8_Domain_does_not_exist/", "sender_invalid", false)]
    [InlineData("Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/", "connection_failed", false)]
    public void A_line_of_qmails_log_is_read_with_its_spaces(string text, string reason, bool hard)
    {
        var verdict = Classifier.Classify(new SmtpReply { Text = text });

        Assert.Equal((reason, hard), (verdict.Reason, verdict.Hard));
    }

    [Fact]
    public void The_senders_address_in_the_reply_is_named() =>
        Assert.StartsWith(
            "198.51.100.4 is on SpamCop.",
            Classifier.Classify(new SmtpReply { Text = "host mx.shop.example[203.0.113.5] said: 550 198.51.100.4 is listed at bl.spamcop.net" }).Advice,
            StringComparison.Ordinal);

    [Fact]
    public void The_host_around_a_reply_tells_the_receiver() =>
        Assert.StartsWith(
            "Gmail has no such mailbox.",
            Classifier.Classify(new SmtpReply { Text = "host gmail-smtp-in.l.google.com[203.0.113.5] said: 550 5.1.1 No such user" }).Advice,
            StringComparison.Ordinal);

    [Fact]
    public void A_reply_in_a_wrapper_is_of_the_same_kind_as_without() =>
        Assert.Equal(
            ReplyFingerprint.Of(0, null, "550 5.1.1 No such user"),
            ReplyFingerprint.Of(0, null, "host mx.shop.example[203.0.113.5] said: 550 5.1.1 No such user"));

    [Theory]
    [InlineData("550 User unknown (in reply to MAIL FROM command)")]
    [InlineData("host mx.shop.example[203.0.113.5] refused to talk to me: 550 5.1.1 No such user")]
    [InlineData("Connected to 203.0.113.5 but sender was rejected.\nRemote host said: 550 5.1.1 User unknown")]
    public void What_is_said_before_a_recipient_was_named_proves_no_recipient_bad(string text) =>
        Assert.False(Classifier.Classify(new SmtpReply { Text = text }).Hard);

    [Theory]
    [InlineData(
        "450 4.1.1 <ann@shop.example>: Recipient address rejected: unverified address: connect to mx.shop.example[203.0.113.5]:25: "
            + "Connection refused",
        "connection_failed")]
    [InlineData("450 4.1.1 <ann@shop.example>: Recipient address rejected: unverified address: Address verification in progress", "receiver_error")]
    [InlineData(
        "550 5.1.1 <ann@shop.example>: Recipient address rejected: undeliverable address: host mx.shop.example[203.0.113.5] said: 550 "
            + "5.1.1 User unknown",
        "recipient_unknown")]
    [InlineData(
        "550 5.1.1 <ann@shop.example>: Recipient address rejected: undeliverable address: host mx.shop.example[203.0.113.5] said: 552 "
            + "5.2.2 Mailbox full",
        "mailbox_full")]
    public void What_came_of_a_nested_verification_decides(string text, string reason) =>
        Assert.Equal(reason, Classifier.Classify(new SmtpReply { Text = text }).Reason);
}
