using MailStats.Contracts;

namespace MailStats.Incidents.Detection;

/// <summary>Reasons that have one cause together. Each class has a normal rate of its own, so a common one hides no rare one.</summary>
internal enum FailureClass
{
    None = -1,
    Authentication = 0,
    Reputation = 1,
    Policy = 2,
    Configuration = 3,
    Dns = 4,
    Rate = 5,
    Greylisting = 6,
    Content = 7,
    Recipients = 8,
    Mailbox = 9,
    Receiver = 10,
    Unknown = 11,

    /// <summary>No failures: mail that does not come.</summary>
    Silence = 12,
}

internal static class FailureClasses
{
    public const int Count = 12;

    /// <summary>The class of a reason of <c>reasons.rules</c>. <see cref="FailureClass.None"/> for what was refused by ourselves.</summary>
    public static FailureClass Of(string? reason) => reason switch
    {
        null or "" or "suppressed" or "cancelled" => FailureClass.None,
        "auth_spf" or "auth_dkim" or "auth_dmarc" or "auth_missing" or "reverse_dns" or "tls_failure" => FailureClass.Authentication,
        "ip_blocklisted" or "domain_blocklisted" or "reputation_low" => FailureClass.Reputation,
        "policy_rejected" or "client_rejected" => FailureClass.Policy,
        "relay_denied" or "smtp_auth_required" or "sender_invalid" or "local_error" or "protocol_error" or "mail_loop" =>
            FailureClass.Configuration,
        "dns_failure" => FailureClass.Dns,
        "rate_limited" or "too_many_recipients" or "sender_limit" => FailureClass.Rate,
        "greylisted" => FailureClass.Greylisting,
        "spam_content" or "malware" or "attachment_blocked" or "message_malformed" or "message_too_large" => FailureClass.Content,
        "recipient_unknown" or "recipient_disabled" or "recipient_moved" or "domain_not_found" or "domain_no_mail" =>
            FailureClass.Recipients,
        "mailbox_full" or "recipient_restricted" => FailureClass.Mailbox,
        "connection_failed" or "receiver_error" or "message_expired" => FailureClass.Receiver,
        _ => FailureClass.Unknown,
    };

    /// <summary>True where what was sent decides, and to whom: mailings differ. All other causes last in their place.</summary>
    public static bool IsOfList(FailureClass cause) => cause is FailureClass.Recipients or FailureClass.Mailbox or FailureClass.Content;

    /// <summary>True where the addresses decide: when the list has been written to, nothing more fails. What is refused for its content goes on.</summary>
    public static bool EndsWithMailing(FailureClass cause) => cause is FailureClass.Recipients or FailureClass.Mailbox;

    /// <summary>What kind of incident failures of this class are, given where they happen.</summary>
    public static IncidentKind KindOf(FailureClass cause, Place place) => cause switch
    {
        FailureClass.Authentication => IncidentKind.Authentication,
        FailureClass.Reputation or FailureClass.Policy => IncidentKind.Reputation,
        FailureClass.Configuration => IncidentKind.Configuration,
        FailureClass.Rate or FailureClass.Greylisting => IncidentKind.Rate,
        FailureClass.Content => IncidentKind.Content,
        FailureClass.Recipients or FailureClass.Mailbox => IncidentKind.Recipients,
        FailureClass.Dns when place.Provider is null => IncidentKind.Configuration,
        FailureClass.Receiver or FailureClass.Unknown when place.Provider is null => IncidentKind.OwnOutage,
        FailureClass.Dns or FailureClass.Receiver or FailureClass.Unknown => IncidentKind.ReceiverOutage,
        FailureClass.Silence => IncidentKind.Silence,
        _ => IncidentKind.Unknown,
    };
}
