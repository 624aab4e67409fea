using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Tests;

/// <summary>Advice speaks to the case: it names the receiver, the list, the missing mechanism and the limit.</summary>
public class AdviceTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    [Theory]
    [InlineData("552 5.3.4 Message size exceeds fixed maximum message size (10485760)", "accepts (10 MB)")]
    [InlineData("552 5.3.4 Message size 42000000 exceeds size limit 26214400 of server", "accepts (25 MB)")]
    [InlineData("552 5.2.3 SizeExceeded; message too large: 35000000 > 26214400", "accepts (25 MB)")]
    [InlineData("552 5.3.4 Your mail has 31 MB, we take 25 MB at most: message too big", "accepts (25 MB)")]
    [InlineData("523 Message length (12000000) exceeds administrative limit.", "recipient accepts. Make")]
    [InlineData("552 5.3.4 Message too big for 198.51.100.4", "recipient accepts. Make")]
    [InlineData("550 Domain web7.example has exceeded the limit of 120 messages per hour", "which takes 120 messages per hour.")]
    [InlineData("450 4.7.1 Client exceeded 30 messages per 60 seconds", "which takes 30 messages per 60 seconds.")]
    [InlineData("421 4.7.0 Too many connections, at most 20 connections allowed", "which takes 20 connections.")]
    [InlineData("421 4.7.0 Too many messages, you sent 500 messages", "for the receiving server. Lower")]
    [InlineData("550 5.5.3 Too many recipients, limit is 50 recipients per message", "which takes 50 recipients per message.")]
    [InlineData("452 4.5.3 Too many recipients", "for the receiving server. Send")]
    public void The_limit_in_a_reply_is_named(string text, string said) => AssertAdvice(said, new SmtpReply { Text = text });

    [Theory]
    [InlineData(
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with "
            + "either SPF or DKIM. Authentication results: DKIM = did not pass SPF [web7.example] with ip: [198.51.100.4] = did not pass",
        "found SPF and DKIM missing")]
    [InlineData(
        "550 5.7.515 Access denied, sending domain web7.example doesn't meet the required authentication level. Spf= Fail , Dkim= Pass , "
            + "DMARC= Pass",
        "found SPF missing")]
    [InlineData(
        "550 5.7.515 Access denied, sending domain web7.example doesn't meet the required authentication level. Spf= Pass , Dkim= Fail , "
            + "DMARC= Fail",
        "found DKIM and DMARC missing")]
    [InlineData("550 5.7.26 Neither SPF nor DKIM gave a pass for this mail", "found SPF and DKIM missing")]
    [InlineData("550 5.7.1 SPF and DKIM missing or failing for From domain", "found SPF and DKIM missing")]
    [InlineData("550 5.7.1 Unauthenticated mail is prohibited", "found SPF, DKIM or DMARC missing")]
    public void The_missing_mechanism_is_named(string text, string said) => AssertAdvice(said, new SmtpReply { Text = text });

    [Theory]
    [InlineData(
        "550 Access denied, 198.51.100.4 is listed at bl.spamcop.net",
        "198.51.100.4 is on SpamCop.",
        "https://www.spamcop.net/w3m?action=checkblock&ip=198.51.100.4")]
    [InlineData(
        "554 5.7.1 Client host [2001:db8::7] blocked using zen.spamhaus.org",
        "2001:db8::7 is on Spamhaus.",
        "https://check.spamhaus.org/results/?query=2001:db8::7")]
    [InlineData("554 5.7.1 You are listed at bl.spamcop.net", "Your server's address is on SpamCop.", "https://www.spamcop.net/bl.shtml")]
    public void The_list_is_named_with_the_page_for_the_address(string text, string said, string page)
    {
        AssertAdvice(said, new SmtpReply { Text = text });
        AssertAdvice($"ask for removal: {page}.", new SmtpReply { Text = text });
    }

    [Theory]
    [InlineData("550 5.1.1 No such user", null, "Remove the address")]
    [InlineData("450 4.1.1 No such user", null, "wait for the final answer")]
    [InlineData("450 4.1.1 No such user", true, "Remove the address")]
    [InlineData("552 5.2.2 Mailbox full", null, "This message is lost")]
    [InlineData("452 4.2.2 Mailbox full", null, "Your server keeps trying")]
    [InlineData("552 5.2.2 Mailbox full", false, "Your server keeps trying")]
    [InlineData("450 4.7.0 Too many messages", null, "your server tries again by itself")]
    [InlineData("450 4.7.0 Too many messages", true, "send this message again later")]
    public void Advice_knows_whether_the_failure_was_final(string text, bool? final, string said) =>
        AssertAdvice(said, new SmtpReply { Text = text, Final = final });

    [Theory]
    [InlineData("connection timed out while sending the message")]
    [InlineData("mailbox is full")]
    public void Where_nothing_tells_of_an_end_advice_speaks_of_none(string text)
    {
        var advice = Classifier.Classify(new SmtpReply { Text = text }).Advice;

        Assert.DoesNotContain("given up", advice, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", advice, StringComparison.Ordinal);
        Assert.DoesNotContain("keeps trying", advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("550 5.7.1 Refused by our policy, see https://mail.shop.example/why?id=1.", "https://mail.shop.example/why?id=1")]
    [InlineData("550 5.7.1 Refused by our policy (http://mail.shop.example/why)", "http://mail.shop.example/why")]
    [InlineData("550 5.7.1 Refused by our policy, see http://bank.example@mail.shop.example/why", null)]
    [InlineData("550 5.7.1 Refused by our policy, see httpd.conf", null)]
    [InlineData("550 5.7.1 Refused by our policy, see javascript://mail.shop.example", null)]
    public void The_page_in_the_reply_is_offered(string text, string? page) =>
        Assert.Equal(page, Classifier.Classify(new SmtpReply { Text = text }).Documentation);

    [Fact]
    public void A_link_that_is_too_long_is_not_offered()
    {
        var link = "https://mail.shop.example/" + new string('x', LinkInReply.MaximumLength - "https://mail.shop.example/".Length);

        Assert.Equal(link, LinkInReply.Find("see " + link));
        Assert.True(LinkInReply.Find("see " + link + "x").IsEmpty);
    }

    [Theory]
    [InlineData("Message expired: nothing in 900 minutes. <421 4.4.0 Cannot look up DNS of shop.example>", "Check the domain for a typo and send again.")]
    [InlineData("400 4.4.7 Message delayed", "your server keeps trying until its time is up.")]
    [InlineData("Message expired: nobody answered", "then send it again.")]
    public void Advice_knows_whether_the_queue_has_given_up(string text, string said) => AssertAdvice(said, new SmtpReply { Text = text });

    [Fact]
    public void What_a_block_list_answers_is_not_the_listed_address() =>
        AssertAdvice("198.51.100.4 is on a block list", new SmtpReply { Text = "550 5.7.1 127.0.0.5: Client host 198.51.100.4 is blacklisted here" });

    [Fact]
    public void The_receiver_is_named() =>
        AssertAdvice("Gmail has no such mailbox.", new SmtpReply { Text = "550 5.1.1 No such user", Host = "gmail-smtp-in.l.google.com" });

    [Fact]
    public void Two_replies_of_one_kind_each_name_their_own_limit()
    {
        AssertAdvice("(10 MB)", new SmtpReply { Text = "552 5.3.4 Message size exceeds the limit of 10485760" });
        AssertAdvice("(20 MB)", new SmtpReply { Text = "552 5.3.4 Message size exceeds the limit of 20971520" });
    }

    [Fact]
    public void Brackets_without_a_place_are_words() =>
        Assert.Equal(
            "Ask [the owner] of X.",
            new AdviceTemplate("Ask [the owner] of {receiver}.").Fill(new AdviceValues("X", null, null, null, null, null, null, false, false)));

    [Theory]
    [InlineData("550 5.1.1 No such user", "The receiving server has no such mailbox.")]
    [InlineData("554 5.7.1 Your IP address is blacklisted", "Your server's address is on")]
    public void Advice_begins_with_a_capital(string text, string said) =>
        Assert.StartsWith(said, Classifier.Classify(new SmtpReply { Text = text }).Advice, StringComparison.Ordinal);

    private static void AssertAdvice(string said, SmtpReply reply) =>
        Assert.Contains(said, Classifier.Classify(reply).Advice, StringComparison.Ordinal);
}
