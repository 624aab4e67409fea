using System.Collections.Frozen;
using MailStats.Classifier.Receivers;
using MailStats.Contracts;
using MailStats.Mail.Addresses;

namespace MailStats.Classifier.Replies;

/// <summary>
/// What providers' own words for an outcome (<see cref="DeliveryEvent.SourceVerdict"/>) say about its reason. They are evidence: a
/// reply's text and codes beat them, they beat nothing. Only what the provider itself did, such as not sending to an address on its
/// list, it knows better than any text: there no server has replied.
/// </summary>
internal static class SourceVerdicts
{
    /// <summary>As <see cref="Classification.Rule"/> where the verdict has decided.</summary>
    public const string RuleId = "source-verdict";

    private static readonly FrozenSet<string> OwnActs = new[] { "suppressed", "cancelled", "sender_limit" }.ToFrozenSet(StringComparer.Ordinal);

    // By provider: the whole verdict, its first two words, or one of its words.
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Providers = new Dictionary<string, FrozenDictionary<string, string>>
    {
        // docs.aws.amazon.com/ses: "Bounce types", "DeliveryDelay object", "Reject object"
        ["ses"] = Words(
            ("Bounce/Permanent", "recipient_unknown"), ("NoEmail", "recipient_unknown"),
            ("Suppressed", "suppressed"), ("OnAccountSuppressionList", "suppressed"), ("UnsubscribedRecipient", "suppressed"),
            ("MailboxFull", "mailbox_full"), ("MessageTooLarge", "message_too_large"), ("ContentRejected", "spam_content"),
            ("AttachmentRejected", "attachment_blocked"), ("CustomTimeoutExceeded", "message_expired"), ("SpamDetected", "spam_content"),
            ("RecipientServerError", "receiver_error"), ("IPFailure", "client_rejected"), ("TransientCommunicationFailure", "connection_failed"),
            ("InternalFailure", "local_error"), ("Reject", "malware"), ("Rendering Failure", "local_error")),
        // twilio.com/docs/sendgrid: "Event Webhook Reference", "Bounce and block classifications"
        ["sendgrid"] = Words(
            ("bounce/bounce", "recipient_unknown"), ("Invalid Address", "recipient_unknown"), ("Mailbox Unavailable", "mailbox_full"),
            ("Reputation", "reputation_low"), ("Content", "spam_content"), ("Technical Failure", "receiver_error"),
            ("Frequency or Volume Too High", "rate_limited"), ("Bounced Address", "suppressed"), ("Spam Reporting Address", "suppressed"),
            ("Spam Report", "suppressed"), ("Unsubscribed Address", "suppressed"), ("dropped/Invalid", "recipient_unknown"),
            ("Recipient List over Package Quota", "sender_limit"), ("Spam Content", "spam_content"), ("Invalid SMTPAPI header", "local_error")),
        // documentation.mailgun.com: "Events"
        ["mailgun"] = Words(
            ("bounce", "recipient_unknown"), ("suppress-bounce", "suppressed"), ("suppress-complaint", "suppressed"),
            ("suppress-unsubscribe", "suppressed"), ("greylisted", "greylisted"), ("espblock", "client_rejected"), ("old", "message_expired")),
        // postmarkapp.com/developer/api/bounce-api: "Bounce types"
        ["postmark"] = Words(
            ("HardBounce", "recipient_unknown"), ("BadEmailAddress", "recipient_unknown"), ("DnsError", "dns_failure"),
            ("SpamNotification", "spam_content"), ("VirusNotification", "malware"), ("Blocked", "client_rejected"), ("DMARCPolicy", "auth_dmarc"),
            ("SMTPApiError", "local_error"), ("TemplateRenderingFailed", "local_error")),
        // support.sparkpost.com: "Bounce Classification Codes"
        ["sparkpost"] = Words(
            ("10", "recipient_unknown"), ("21", "dns_failure"), ("22", "mailbox_full"), ("23", "message_too_large"), ("24", "message_expired"),
            ("25", "cancelled"), ("30", "recipient_unknown"), ("50", "client_rejected"), ("51", "reputation_low"), ("52", "spam_content"),
            ("53", "attachment_blocked"), ("54", "relay_denied"), ("100", "recipient_restricted"), ("generation_rejection", "suppressed"),
            ("suppressed", "suppressed"), ("generation_failure", "local_error")),
        // docs.kumomta.com: "Configuring Bounce Classification"
        ["kumomta"] = Words(
            ("AdminBounce", "cancelled"), ("InvalidRecipient", "recipient_unknown"), ("BadDomain", "domain_not_found"),
            ("InactiveMailbox", "recipient_disabled"), ("QuotaIssues", "mailbox_full"), ("InvalidSender", "sender_invalid"),
            ("AuthenticationFailed", "auth_missing"), ("SpamBlock", "client_rejected"), ("SpamContent", "spam_content"), ("VirusRelated", "malware"),
            ("ContentRelated", "spam_content"), ("PolicyRelated", "policy_rejected"), ("RelayDenied", "relay_denied"),
            ("DNSFailure", "dns_failure"), ("RoutingErrors", "connection_failed"), ("NoAnswerFromHost", "connection_failed"),
            ("BadConnection", "connection_failed"), ("MessageExpired", "message_expired"), ("ProtocolErrors", "protocol_error"),
            ("BadConfiguration", "local_error"), ("TooLarge", "message_too_large")),
        // resend.com/docs: "email.bounced", "email.failed", "email.suppressed"; the bounces are worded as Amazon's
        ["resend"] = Words(
            ("email.bounced/Permanent", "recipient_unknown"), ("NoEmail", "recipient_unknown"), ("Suppressed", "suppressed"),
            ("OnAccountSuppressionList", "suppressed"), ("email.suppressed", "suppressed"), ("MailboxFull", "mailbox_full"),
            ("MessageTooLarge", "message_too_large"), ("ContentRejected", "spam_content"), ("AttachmentRejected", "attachment_blocked"),
            ("reached_daily_quota", "sender_limit"), ("reached_monthly_quota", "sender_limit"), ("email.failed", "local_error")),
        // developers.brevo.com: "Transactional webhooks"
        ["brevo"] = Words(
            ("hard_bounce", "recipient_unknown"), ("hardBounce", "recipient_unknown"), ("invalid_email", "recipient_unknown"),
            ("invalid", "recipient_unknown"), ("blocked", "suppressed"), ("error", "local_error")),
        // dev.mailjet.com: "Event API", the table of errors
        ["mailjet"] = Words(
            ("bounce/hard", "recipient_unknown"), ("user unknown", "recipient_unknown"), ("mailbox inactive", "recipient_disabled"),
            ("quota exceeded", "mailbox_full"), ("blacklisted", "suppressed"), ("spam reporter", "suppressed"), ("preblocked", "suppressed"),
            ("typofix", "suppressed"), ("blocked/user unknown", "suppressed"), ("blocked/mailbox inactive", "suppressed"), ("blocked", "suppressed"),
            ("invalid domain", "domain_not_found"), ("no mail host", "domain_no_mail"), ("access denied", "relay_denied"), ("greylisted", "greylisted"),
            ("sender blocked", "client_rejected"), ("content blocked", "spam_content"), ("policy issue", "policy_rejected"),
            ("system issue", "receiver_error"), ("protocol issue", "protocol_error"), ("connection issue", "connection_failed"),
            ("bad or empty template", "local_error"), ("error in template language", "local_error"), ("duplicate in campaign", "cancelled")),
        // mailchimp.com/developer/transactional: "Message Events"
        ["mandrill"] = Words(
            ("hard_bounce", "recipient_unknown"), ("bad_mailbox", "recipient_unknown"), ("invalid_domain", "domain_not_found"),
            ("mailbox_full", "mailbox_full"), ("reject", "suppressed"), ("invalid-sender", "sender_invalid"), ("test-mode-limit", "sender_limit"),
            ("unsigned", "auth_missing"), ("rule", "cancelled"), ("invalid", "message_malformed")),
        // developers.mailersend.com: "Webhooks"
        ["mailersend"] = Words(("activity.hard_bounced", "recipient_unknown"), ("suppressed", "suppressed")),
        // docs.mailtrap.io: "Bounce categorization", "Statuses and Events": a suspension is mail of a domain that is not verified yet
        ["mailtrap"] = Words(
            ("suppressed", "suppressed"), ("suspension", "sender_invalid"), ("reject", "local_error"), ("badrecipient", "recipient_unknown"),
            ("overquota", "mailbox_full"), ("greylisting", "greylisted"), ("badsender", "sender_invalid"), ("block", "client_rejected"),
            ("content", "spam_content"), ("spam", "spam_content"), ("spam_gmail", "reputation_low"), ("dnsFail", "dns_failure"),
            ("relayfail", "relay_denied"), ("serverfail", "receiver_error"), ("serverpolicy", "policy_rejected"), ("timeout", "connection_failed")),
        // learn.microsoft.com: "Azure Communication Services - Email events"
        ["azure"] = Words(
            ("Bounced", "recipient_unknown"), ("Suppressed", "suppressed"), ("Quarantined", "spam_content"), ("FilteredSpam", "spam_content")),
        // zoho.com/zeptomail/help: "Webhooks"
        ["zeptomail"] = Words(("hardbounce", "recipient_unknown"), ("suppressed", "suppressed")),
        // scaleway.com/docs: "Understanding Webhook event payloads"
        ["scaleway"] = Words(
            ("email_mailbox_not_found", "recipient_unknown"), ("email_spam", "spam_content"), ("email_blocklisted", "suppressed")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All reasons that a verdict can give.</summary>
    public static IEnumerable<string> Reasons => Providers.Values.SelectMany(words => words.Values).Distinct();

    /// <summary>The reason that a verdict tells, null where it tells none.</summary>
    /// <param name="source">The event's source: <c>ses/receipts</c>.</param>
    /// <param name="verdict">The provider's words with strokes between them: <c>Bounce/Permanent/NoEmail</c>.</param>
    public static string? ReasonOf(string source, string? verdict)
    {
        var stroke = source.IndexOf('/', StringComparison.Ordinal);

        if (verdict is null || stroke < 0 || !Providers.TryGetValue(source[..stroke], out var words))
        {
            return null;
        }

        // The last word is the most exact; the first two tell the kind of failure.
        var parts = verdict.Split('/', 4);

        return Find(verdict)
            ?? (parts.Length > 2 ? Find(parts[^1]) ?? Find($"{parts[0]}/{parts[1]}") : null)
            ?? (parts.Length > 1 ? Find(parts[1]) : null)
            ?? Find(parts[0]);

        string? Find(string word) => words.GetValueOrDefault(word);
    }

    /// <summary>The classification of a failure, from what was made of its reply and what its source says.</summary>
    public static Classification Weigh(this ReplyClassifier classifier, DeliveryEvent failure, Classification found)
    {
        if (ReasonOf(failure.Source, failure.SourceVerdict) is not { } reason
            || !(found.Unknown || (OwnActs.Contains(reason) && !classifier.IsByOwnRule(found))))
        {
            return found;
        }

        var domain = EmailAddress.DomainOf(failure.Recipient).ToString();

        return classifier.Told(reason, failure.Kind != DeliveryEventKind.Deferred, ReceivingProvider.Find(failure.RemoteHost, domain));
    }

    private static FrozenDictionary<string, string> Words(params ReadOnlySpan<(string Word, string Reason)> words)
    {
        var reasons = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        foreach (var (word, reason) in words)
        {
            reasons.Add(word, reason);
        }

        return reasons.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
