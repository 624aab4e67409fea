using MailStats.Classifier.Deliveries;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Classifier.Tests;

public class SourceVerdictTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    [Theory]
    [InlineData("ses/main", "Bounce/Permanent/General", "recipient_unknown", true)]
    [InlineData("ses/main", "Bounce/Permanent/NoEmail", "recipient_unknown", true)]
    [InlineData("ses/main", "Bounce/Transient/MailboxFull", "mailbox_full", false)]
    [InlineData("ses/main", "Bounce/Transient/General", "unknown", false)]
    [InlineData("ses/main", "Bounce/Undetermined/Undetermined", "unknown", false)]
    [InlineData("ses/main", "Complaint/OnAccountSuppressionList", "suppressed", false)]
    [InlineData("postmark/main", "HardBounce", "recipient_unknown", true)]
    [InlineData("postmark/main", "BadEmailAddress", "recipient_unknown", true)]
    [InlineData("postmark/main", "SoftBounce", "unknown", false)]
    [InlineData("sendgrid/main", "bounce/bounce", "recipient_unknown", true)]
    [InlineData("sendgrid/main", "bounce/bounce/Reputation", "reputation_low", false)]
    [InlineData("sendgrid/main", "bounce/blocked/Unclassified", "unknown", false)]
    [InlineData("sendgrid/main", "dropped/Recipient List over Package Quota", "sender_limit", false)]
    [InlineData("mailgun/main", "failed/permanent/bounce", "recipient_unknown", true)]
    [InlineData("sparkpost/main", "bounce/22", "mailbox_full", false)]
    [InlineData("kumomta/main", "Bounce/InactiveMailbox", "recipient_disabled", true)]
    [InlineData("kumomta/main", "Bounce/Uncategorized", "unknown", false)]
    [InlineData("postfix", "HardBounce", "unknown", false)]
    [InlineData("unheard-of/main", "HardBounce", "unknown", false)]
    public void A_verdict_beats_nothing(string source, string verdict, string reason, bool hard)
    {
        var made = Classify(Bounce(source, verdict));

        Assert.Equal((reason, hard, true), (made.Reason, made.Hard, made.Permanent));
        Assert.NotEmpty(made.Advice);
        Assert.DoesNotContain('{', made.Advice);
    }

    [Theory]
    [InlineData("ses/main", "Bounce/Permanent/General", "552 5.2.2 mailbox full", "mailbox_full")]
    [InlineData("postmark/main", "HardBounce", "550 5.7.26 DMARC policy of the domain", "auth_dmarc")]
    [InlineData("sparkpost/main", "out_of_band/10", "552 5.2.2 mailbox full", "mailbox_full")]
    public void Text_beats_a_verdict(string source, string verdict, string reply, string reason) =>
        Assert.Equal((reason, false), (Classify(Bounce(source, verdict, reply)).Reason, Classify(Bounce(source, verdict, reply)).Hard));

    [Theory]
    [InlineData("mailgun/main", "failed/permanent/suppress-complaint", "Not delivering to a user who marked your messages as spam", "suppressed")]
    [InlineData("mailgun/main", "failed/permanent/suppress-bounce", "Not delivering to previously bounced address", "suppressed")]
    [InlineData("mailgun/main", "failed/permanent/suppress-unsubscribe", "Not delivering to unsubscribed recipient", "suppressed")]
    [InlineData("ses/main", "Bounce/Permanent/Suppressed", "Amazon SES has suppressed sending to this address", "suppressed")]
    [InlineData("sendgrid/main", "dropped/Spam Reporting Address", "Spam Reporting Address", "suppressed")]
    [InlineData("kumomta/main", "AdminBounce/PolicyRelated", "Administrator bounced with reason: purge", "cancelled")]
    public void What_the_provider_did_itself_it_knows_better_than_any_text(string source, string verdict, string reply, string reason) =>
        Assert.Equal((reason, false), (Classify(Bounce(source, verdict, reply)).Reason, Classify(Bounce(source, verdict, reply)).Hard));

    [Fact]
    public void While_the_provider_goes_on_trying_nothing_is_hard()
    {
        var made = Classify(Bounce("kumomta/main", "TransientFailure/InvalidRecipient") with { Kind = DeliveryEventKind.Deferred });

        Assert.Equal(("recipient_unknown", false, false), (made.Reason, made.Hard, made.Permanent));
    }

    [Fact]
    public void A_verdict_still_counts_when_history_is_classified_anew()
    {
        var state = new DeliveryState();
        state.Merge(new ClassifiedDelivery { Event = Bounce("ses/main", "Bounce/Permanent/General"), Provider = "Gmail" });

        var told = ReplyHistoryView.Failures("acme", "m1", "ann@example.net", state, unknownOnly: false).Single();

        Assert.Equal(("recipient_unknown", true), (Classify(told.Event).Reason, Classify(told.Event).Hard));
    }

    [Fact]
    public void Every_reason_that_a_verdict_gives_is_one_of_the_taxonomy() =>
        Assert.Subset(RuleBook.BuiltIn.Reasons.Keys.ToHashSet(), SourceVerdicts.Reasons.ToHashSet());

    private static Classification Classify(DeliveryEvent delivery) => new EventClassifier(Classifier).Classify(delivery).Classification!;

    private static DeliveryEvent Bounce(string source, string verdict, string? reply = null) => new()
    {
        EventId = Guid.NewGuid(),
        TenantId = "acme",
        MessageKey = "m1",
        Recipient = "ann@example.net",
        Kind = DeliveryEventKind.Bounced,
        OccurredAt = DateTimeOffset.UnixEpoch,
        Source = source,
        SourceVerdict = verdict,
        ReplyText = reply,
    };
}
