namespace MailStats.Contracts;

/// <summary>
/// One thing that happened to one recipient of one message. The same event may arrive any number of times and in any
/// order: <see cref="EventId"/> is derived from the content, so a repetition carries the same id.
/// </summary>
public sealed record DeliveryEvent
{
    /// <summary>The same for every repetition of this event; different for different events. 128 bits.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The tenant that is charged for the recipient.</summary>
    public required string TenantId { get; init; }

    /// <summary>
    /// Names the message within the tenant. Made by the source so that reading the same log twice gives the same key:
    /// for logs, host + queue id + the time at which the queue id was first seen (queue ids are reused).
    /// </summary>
    public required string MessageKey { get; init; }

    /// <summary>The recipient's address as the source gave it, domain in lower-case ASCII form (RFC 5890).</summary>
    public required string Recipient { get; init; }

    /// <summary>What happened.</summary>
    public required DeliveryEventKind Kind { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the message was accepted into the queue, UTC, where the source knows it. The delivery counts in the bucket of its earliest time.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Where the event came from: <c>postfix</c>, <c>exim</c>, <c>api</c>, <c>sendgrid/newsletter</c>, …</summary>
    public string Source { get; init; } = "api";

    /// <summary>Envelope sender (RFC 5321 reverse-path). Empty for the null sender, null when the source does not say.</summary>
    public string? Sender { get; init; }

    /// <summary>Address in the header From (RFC 5322), where the source gives it.</summary>
    public string? HeaderFrom { get; init; }

    /// <summary>The queue id of the MTA that reported the event.</summary>
    public string? QueueId { get; init; }

    /// <summary>Header Message-ID without angle brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Header Subject, decoded (RFC 2047).</summary>
    public string? Subject { get; init; }

    /// <summary>Host name of the MTA that reported the event.</summary>
    public string? ReportingHost { get; init; }

    /// <summary>Host name of the server that answered, for example <c>gmail-smtp-in.l.google.com</c>.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>SMTP reply code, 200 to 599 (RFC 5321 §4.2).</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Enhanced status code, for example <c>5.7.26</c> (RFC 3463).</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The whole reply text as the source gives it, lines of a multi-line reply separated by <c>\n</c>.</summary>
    public string? ReplyText { get; init; }

    /// <summary>The source's own word for the outcome, kept beside ours, for example <c>bounced</c> or <c>Permanent/General</c>.</summary>
    public string? SourceVerdict { get; init; }

    /// <summary>Size of the message in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>Spam score of the outbound message, in the filter's own units.</summary>
    public double? SpamScore { get; init; }

    /// <summary>False when no server was asked (for example Postfix's "delivery temporarily suspended"): such an event is no attempt.</summary>
    public bool Attempted { get; init; } = true;

    /// <summary>Number of attempts so far including this one, where the source counts them itself (1 = first).</summary>
    public int? AttemptNumber { get; init; }

    /// <summary>True for mail delivered on the reporting host itself: kept, but neither counted nor charged.</summary>
    public bool Local { get; init; }

    /// <summary>The IP address from which the reporting host connected for this attempt.</summary>
    public string? OutgoingIp { get; init; }

    /// <summary>The pool of outgoing addresses (KumoMTA: egress pool) that the message went through.</summary>
    public string? Pool { get; init; }

    /// <summary>The sender's own marks for the message (campaign, stream), up to 16, each once, in ordinal order.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>TLS version of the connection to the receiving server, for example <c>TLSv1.3</c>.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>IP address of the client that submitted the message.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The name by which the client signed in (SMTP AUTH).</summary>
    public string? Login { get; init; }
}
