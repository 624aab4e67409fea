using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Tests;

public class ReplyClassifierTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    [Fact]
    public void An_unknown_user_is_hard()
    {
        var verdict = Classifier.Classify(
            new SmtpReply { Text = "550 5.1.1 <ann@example.net>: Recipient address rejected: User unknown in virtual mailbox table" });

        Assert.Equal(("recipient_unknown", true, true, false), (verdict.Reason, verdict.Hard, verdict.Permanent, verdict.Unknown));
    }

    [Fact]
    public void An_unknown_user_with_a_temporary_code_is_soft()
    {
        var verdict = Classifier.Classify(
            new SmtpReply { Text = "450 4.1.1 <ann@example.net>: Recipient address rejected: User unknown in local recipient table" });

        Assert.Equal(("recipient_unknown", false, false), (verdict.Reason, verdict.Hard, verdict.Permanent));
    }

    [Fact]
    public void A_full_mailbox_is_soft_but_final()
    {
        var verdict = Classifier.Classify(new SmtpReply { Code = 552, EnhancedCode = "5.2.2", Text = "Over quota" });

        Assert.Equal(("mailbox_full", false, true), (verdict.Reason, verdict.Hard, verdict.Permanent));
    }

    [Fact]
    public void A_mailbox_that_is_full_and_left_unused_at_Gmail_is_hard()
    {
        var verdict = Classifier.Classify(new SmtpReply
        {
            Text = "552-5.2.2 The recipient's inbox is out of storage space and inactive. Please\n"
                + "552-5.2.2 direct the recipient to\n552 5.2.2  https://support.google.com/mail/?p=OverQuotaPerm - gsmtp",
        });

        Assert.Equal(("mailbox_full", true), (verdict.Reason, verdict.Hard));
    }

    [Fact]
    public void Of_two_replies_the_innermost_is_the_cause()
    {
        var verdict = Classifier.Classify(new SmtpReply
        {
            Code = 550,
            EnhancedCode = "5.0.0",
            Text = "host relay.example.net[192.0.2.1] said: 550 Delivery failed -> 552 5.2.2 Mailbox over quota (in reply to RCPT TO command)",
        });

        Assert.Equal("mailbox_full", verdict.Reason);
    }

    [Fact]
    public void Words_go_before_codes()
    {
        var verdict = Classifier.Classify(new SmtpReply { Code = 550, EnhancedCode = "5.7.1", Text = "No such user here" });

        Assert.Equal(("recipient_unknown", true), (verdict.Reason, verdict.Hard));
    }

    [Fact]
    public void A_list_goes_before_what_else_is_said()
    {
        var verdict = Classifier.Classify(new SmtpReply
        {
            Code = 550,
            EnhancedCode = "5.2.1",
            Text = "Mailbox unavailable. Your IP address 192.0.2.7 is blacklisted using SPAMHAUS-XBL",
        });

        Assert.Equal(("ip_blocklisted", false), (verdict.Reason, verdict.Hard));
        Assert.Contains("192.0.2.7 is on Spamhaus", verdict.Advice, StringComparison.Ordinal);
        Assert.Equal("https://check.spamhaus.org/results/?query=192.0.2.7", verdict.Documentation);
    }

    [Fact]
    public void A_deferral_proves_nothing_about_the_address_whatever_its_code()
    {
        var verdict = Classifier.Classify(new SmtpReply { Text = "550 5.1.1 User unknown", Final = false });

        Assert.Equal(("recipient_unknown", false, false), (verdict.Reason, verdict.Hard, verdict.Permanent));
    }

    [Fact]
    public void An_expiry_without_a_reply_is_an_expiry()
    {
        var verdict = Classifier.Classify(new SmtpReply { Final = true, Expired = true });

        Assert.Equal(("message_expired", false, true, false), (verdict.Reason, verdict.Hard, verdict.Permanent, verdict.Unknown));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("550 5.0.0 Xyzzy plugh")]
    public void What_no_rule_knows_is_unknown_and_soft(string? text)
    {
        var verdict = Classifier.Classify(new SmtpReply { Code = 550, Text = text });

        Assert.Equal(("unknown", false, true, true), (verdict.Reason, verdict.Hard, verdict.Permanent, verdict.Unknown));
    }
}
