using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Tests;

/// <summary>Replies that mislead whoever looks at the code alone, at a single word, or at the wrong one of two replies.</summary>
public class TrapTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    [Theory]
    [InlineData("550 5.7.1 Unauthenticated email from web.example is not accepted due to domain's DMARC policy", "auth_dmarc")]
    [InlineData("550 5.7.1 This message is not RFC 5322 compliant", "message_malformed")]
    [InlineData("550 5.7.1 Service unavailable; client host [198.51.100.3] blocked using dnsbl.sorbs.net", "ip_blocklisted")]
    [InlineData("550 5.7.1 Unable to relay for ann@shop.example", "relay_denied")]
    [InlineData("550 5.7.1 Refused because of the low reputation of 198.51.100.3", "reputation_low")]
    [InlineData("550 5.7.1 Access denied", "policy_rejected")]
    public void The_code_5_7_1_alone_proves_nothing(string text, string reason) => AssertReason(reason, hard: false, text);

    [Theory]
    [InlineData("550 5.2.1 User unknown")]
    [InlineData("550 5.7.1 User unknown")]
    [InlineData("550 5.5.0 User unknown")]
    [InlineData("550 5.0.0 User unknown")]
    [InlineData("550 5.3.0 User unknown")]
    public void An_unknown_user_is_unknown_whatever_the_code(string text) => AssertReason("recipient_unknown", hard: true, text);

    [Fact]
    public void The_name_of_a_list_goes_before_an_unavailable_mailbox() =>
        AssertReason("ip_blocklisted", hard: false, "550 5.2.1 Mailbox unavailable. Your IP address 198.51.100.3 is blacklisted using SPAMHAUS-XBL");

    [Fact]
    public void A_sender_domain_on_a_list_says_nothing_about_the_recipient() =>
        AssertReason("domain_blocklisted", hard: false, "550 5.1.0 MailFrom domain is listed in Spamhaus");

    [Theory]
    [InlineData("550 5.7.1 Relaying denied. IP name lookup failed [198.51.100.3]", "relay_denied")]
    [InlineData("550 5.7.1 Access denied. IP name lookup failed [198.51.100.3]", "reverse_dns")]
    public void A_failed_name_lookup_is_not_the_only_thing_said(string text, string reason) => AssertReason(reason, hard: false, text);

    [Theory]
    [InlineData("451 4.3.0 System error, try again later")]
    [InlineData("452 4.3.1 Out of memory, please try again")]
    [InlineData("450 4.3.2 System busy, try again")]
    public void Try_again_is_not_greylisting(string text) => AssertReason("receiver_error", hard: false, text);

    [Fact]
    public void A_refusal_in_the_greeting_is_logged_with_a_temporary_class()
    {
        var verdict = Classifier.Classify(new SmtpReply
        {
            EnhancedCode = "4.0.0",
            Text = "host mx.shop.example[203.0.113.5] refused to talk to me: 554 5.7.1 198.51.100.3 is blocked, see bl.spamcop.net",
        });

        Assert.Equal(("ip_blocklisted", false, false), (verdict.Reason, verdict.Hard, verdict.Permanent));
    }

    [Theory]
    [InlineData("550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 User unknown", "recipient_unknown", true)]
    [InlineData("554 5.4.7 delivery failed: <421 4.4.2 mx.shop.example connection timed out>", "connection_failed", false)]
    [InlineData("550 5.0.0 Delivery failed -> 552 5.2.2 Mailbox over quota", "mailbox_full", false)]
    public void Of_two_replies_in_a_line_the_innermost_is_the_cause(string text, string reason, bool hard) => AssertReason(reason, hard, text);

    [Theory]
    [InlineData("552 5.2.2 The mailbox is full", "mailbox_full")]
    [InlineData("552 5.3.4 Message size exceeds fixed limit", "message_too_large")]
    [InlineData("552 Too many recipients", "too_many_recipients")]
    [InlineData("552 5.7.0 This message was blocked because its content presents a potential security issue", "attachment_blocked")]
    [InlineData("452 4.3.1 Insufficient disk space", "receiver_error")]
    public void A_552_or_452_is_told_by_its_words(string text, string reason) => AssertReason(reason, hard: false, text);

    [Theory]
    [InlineData("553 5.1.8 <news@web.example>... Domain of sender address news@web.example does not exist")]
    [InlineData("553 web.example does not exist")]
    [InlineData("550 5.1.7 No such domain web.example")]
    public void A_domain_that_does_not_exist_may_be_the_senders(string text) => AssertReason("sender_invalid", hard: false, text);

    [Fact]
    public void An_unknown_user_with_a_4xx_is_soft() =>
        AssertReason("recipient_unknown", hard: false, "450 4.1.1 <ann@shop.example>: Recipient address rejected: User unknown in local recipient table");

    [Theory]
    [InlineData("550 5.5.0 Adresse destinataire invalide. Invalid recipient. LPN007_416 [416]", "smtpz4.laposte.net", "recipient_unknown", true)]
    [InlineData(
        "421 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]",
        "smtp-in.orange.fr",
        "ip_blocklisted",
        false)]
    [InlineData("550 5.1.1 Benutzer unbekannt", null, "recipient_unknown", true)]
    [InlineData("552 5.2.2 宛先のメールボックスの容量を超えています", null, "mailbox_full", false)]
    public void Receivers_answer_in_their_own_languages_and_tokens(string text, string? host, string reason, bool hard) =>
        AssertReason(reason, hard, text, host);

    [Theory]
    [InlineData("550 5.1.1 User unknown", true)]
    [InlineData("451 4.1.1 User unknown", false)]
    [InlineData("450 4.1.2 <kim@corp.example>: Recipient address rejected: Domain not found", false)]
    [InlineData("host mx.corp.example[192.0.2.9] said: 450 4.1.2 kim@corp.example: the domain was not found (in reply to RCPT TO command)", false)]
    [InlineData("550 5.1.1 could not verify kim@corp.example: said: 450 4.1.1 no such user just now", false)]
    [InlineData("Host or domain name not found. Name service error for name=corp.example type=A: Host not found", true)]
    [InlineData("delivery temporarily suspended: connect to mx.corp.example[192.0.2.9]:25: Connection timed out", false)]
    [InlineData("550 5.2.1 This account is temporarily suspended, try later", false)]
    [InlineData(
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages. "
            + "https://support.google.com/mail/?p=ReceivingRatePerm",
        false)]
    [InlineData("552 5.2.2 The recipient's inbox is out of storage space and inactive. https://support.google.com/mail/?p=OverQuotaPerm", true)]
    public void Hard_is_not_the_same_as_5xx(string text, bool hard) => Assert.Equal(hard, Classifier.Classify(new SmtpReply { Text = text }).Hard);

    private static void AssertReason(string reason, bool hard, string text, string? host = null)
    {
        var verdict = Classifier.Classify(new SmtpReply { Text = text, Host = host });

        Assert.Equal((reason, hard), (verdict.Reason, verdict.Hard));
    }
}
