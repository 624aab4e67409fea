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
    [InlineData("sparkpost/main", "bounce/suppressed", "suppressed", false)]
    [InlineData("kumomta/main", "Bounce/InactiveMailbox", "recipient_disabled", true)]
    [InlineData("kumomta/main", "Bounce/Uncategorized", "unknown", false)]
    [InlineData("resend/main", "email.bounced/Permanent/General", "recipient_unknown", true)]
    [InlineData("resend/main", "email.bounced/Transient/MailboxFull", "mailbox_full", false)]
    [InlineData("resend/main", "email.bounced/Undetermined/Undetermined", "unknown", false)]
    [InlineData("resend/main", "email.suppressed/Suppressed", "suppressed", false)]
    [InlineData("resend/main", "email.failed/reached_daily_quota", "sender_limit", false)]
    [InlineData("brevo/main", "hard_bounce", "recipient_unknown", true)]
    [InlineData("brevo/main", "soft_bounce", "unknown", false)]
    [InlineData("brevo/main", "invalid_email", "recipient_unknown", true)]
    [InlineData("brevo/main", "blocked", "suppressed", false)]
    [InlineData("mailjet/main", "bounce/hard/user unknown", "recipient_unknown", true)]
    [InlineData("mailjet/main", "bounce/hard/some new error", "recipient_unknown", true)]
    [InlineData("mailjet/main", "bounce/hard/invalid domain", "domain_not_found", true)]
    [InlineData("mailjet/main", "bounce/soft/quota exceeded", "mailbox_full", false)]
    [InlineData("mailjet/main", "bounce/soft/relay/access denied", "relay_denied", false)]
    [InlineData("mailjet/main", "blocked/preblocked", "suppressed", false)]
    [InlineData("mailjet/main", "blocked/user unknown", "suppressed", false)]
    [InlineData("mailjet/main", "blocked/content blocked", "spam_content", false)]
    [InlineData("mandrill/main", "hard_bounce/invalid_domain", "domain_not_found", true)]
    [InlineData("mandrill/main", "hard_bounce/general", "recipient_unknown", true)]
    [InlineData("mandrill/main", "soft_bounce/mailbox_full", "mailbox_full", false)]
    [InlineData("mandrill/main", "reject/unsub", "suppressed", false)]
    [InlineData("mailersend/main", "activity.hard_bounced", "recipient_unknown", true)]
    [InlineData("mailersend/main", "activity.soft_bounced", "unknown", false)]
    [InlineData("mailtrap/main", "bounce/badrecipient", "recipient_unknown", true)]
    [InlineData("mailtrap/main", "reject/suppressed", "suppressed", false)]
    [InlineData("mailtrap/main", "suspension", "sender_invalid", false)]
    [InlineData("azure/main", "Bounced", "recipient_unknown", true)]
    [InlineData("azure/main", "FilteredSpam", "spam_content", false)]
    [InlineData("azure/main", "Failed", "unknown", false)]
    [InlineData("zeptomail/main", "hardbounce", "recipient_unknown", true)]
    [InlineData("zeptomail/main", "softbounce", "unknown", false)]
    [InlineData("scaleway/main", "email_mailbox_not_found", "recipient_unknown", true)]
    [InlineData("scaleway/main", "email_blocklisted", "suppressed", false)]
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
    [InlineData("brevo/main", "blocked", "blocked : due to unsubscribed user", "suppressed")]
    [InlineData("mailtrap/main", "reject/suppressed", "Recipient in suppression list. Reason: unsubscription", "suppressed")]
    [InlineData("mailtrap/main", "suspension", "The domain of this mail is waiting to be verified.", "sender_invalid")]
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
