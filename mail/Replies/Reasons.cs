namespace MailStats.Mail.Replies;

/// <summary>The reasons why deliveries fail, by their ids, in the order of the taxonomy. What each means is the classifier's to say.</summary>
public static class Reasons
{
    /// <summary>What no rule knows.</summary>
    public const string Unknown = "unknown";

    public static IReadOnlyList<string> All { get; } =
    [
        "recipient_unknown", "recipient_disabled", "recipient_moved", "mailbox_full", "recipient_restricted", "domain_not_found",
        "domain_no_mail", "dns_failure", "connection_failed", "message_expired", "mail_loop", "tls_failure", "auth_dmarc",
        "auth_spf", "auth_dkim", "auth_missing", "reverse_dns", "sender_invalid", "smtp_auth_required", "relay_denied",
        "ip_blocklisted", "domain_blocklisted", "reputation_low", "client_rejected", "rate_limited", "too_many_recipients",
        "greylisted", "spam_content", "malware", "attachment_blocked", "message_malformed", "message_too_large",
        "policy_rejected", "receiver_error", "protocol_error", "local_error", "suppressed", "cancelled", "sender_limit",
        Unknown,
    ];
}
