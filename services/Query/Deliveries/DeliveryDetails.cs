using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Deliveries;

/// <summary>Everything that is known of one delivery: one recipient of one message.</summary>
public sealed record DeliveryDetails
{
    /// <example>"5f3a9c1204d84e6b8a07c2d9e1f40b36"</example>
    public required string Id { get; init; }

    /// <summary>When the delivery came to its status.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the message was accepted, as far as is known: the earliest time that anything was told of it.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <summary>In the form in which addresses are kept.</summary>
    /// <example>"ann@example.net"</example>
    public required string Recipient { get; init; }

    /// <summary>The sender's mailbox as people know it; empty for the null sender.</summary>
    /// <example>"news@shop.example"</example>
    public required string Sender { get; init; }

    /// <summary>The envelope sender (RFC 5321) where it is another than the mailbox; else null.</summary>
    /// <example>"bounces+1027@news.shop.example"</example>
    public required string? EnvelopeSender { get; init; }

    /// <example>"Your invoice"</example>
    public required string? Subject { get; init; }

    /// <example>"4WxYz1AbCd"</example>
    public required string? QueueId { get; init; }

    public required string? MessageId { get; init; }

    /// <summary>Who takes the recipient's mail; the recipient's domain where that is nobody known.</summary>
    /// <example>"Gmail"</example>
    public required string? Provider { get; init; }

    /// <summary>Why it failed or waits; null where it does not.</summary>
    [Reason]
    public required string? Reason { get; init; }

    /// <summary>What to do about it; null where nothing failed.</summary>
    public required string? Advice { get; init; }

    /// <summary>The receiver's own page about the reply, where there is one.</summary>
    public required string? Documentation { get; init; }

    /// <summary>Of a bounce: true when the address or its domain is bad. Null where nothing failed.</summary>
    public required bool? Hard { get; init; }

    /// <summary>Host name of the mail server that reported it.</summary>
    public required string? Host { get; init; }

    /// <summary>Where it was learnt: the log's format, <c>api</c>, or a provider with the name of its webhook source.</summary>
    public required string? Source { get; init; }

    /// <summary>Size of the message in bytes.</summary>
    public required long? Bytes { get; init; }

    /// <summary>Spam score of the message in the filter's own units.</summary>
    public required double? SpamScore { get; init; }

    /// <summary>The address from which our host connected.</summary>
    public required string? OutgoingIp { get; init; }

    /// <summary>The pool of outgoing addresses.</summary>
    public required string? Pool { get; init; }

    /// <summary>The sender's own marks.</summary>
    /// <example>["order"]</example>
    public required IReadOnlyList<string> Tags { get; init; }

    public required string? TlsVersion { get; init; }

    /// <summary>IP address of the client that submitted the message.</summary>
    public required string? ClientAddress { get; init; }

    /// <summary>The name by which the client signed in.</summary>
    public required string? Login { get; init; }

    /// <summary>False for mail that is kept and not counted: of the null sender, delivered locally, refused at submission.</summary>
    public required bool Counted { get; init; }

    /// <summary>Attempts made in all.</summary>
    /// <example>3</example>
    public required int AttemptsMade { get; init; }

    /// <summary>What became of every attempt, the first one first; where there were very many, the first 16 and the last 48.</summary>
    public required IReadOnlyList<DeliveryAttempt> Attempts { get; init; }

    /// <summary>Outcomes that a later one superseded, and complaints.</summary>
    public required IReadOnlyList<EarlierOutcome> Earlier { get; init; }

    /// <summary>What was taken from the quota for the message before it was accepted; null where nothing was, or it is forgotten.</summary>
    public required DeliveryReservation? Reservation { get; init; }

    /// <summary>The entry of the recipient in the suppression list, null where there is none.</summary>
    public required DeliverySuppression? Suppression { get; init; }

    /// <summary>Ids of the incidents that it belongs to.</summary>
    public required IReadOnlyList<string> Incidents { get; init; }
}

/// <summary>What became of an attempt.</summary>
public enum AttemptOutcome
{
    /// <summary>Put off: it is tried again.</summary>
    Deferred = 1,

    /// <summary>The receiving server took the message.</summary>
    Delivered = 2,

    /// <summary>Refused for good.</summary>
    Bounced = 3,

    /// <summary>Given up after temporary failures.</summary>
    Expired = 4,

    /// <summary>Refused when it was submitted.</summary>
    Rejected = 5,
}

/// <summary>One attempt to deliver.</summary>
public sealed record DeliveryAttempt
{
    public required DateTimeOffset OccurredAt { get; init; }

    public required AttemptOutcome Outcome { get; init; }

    /// <summary>Reply code of the receiving server; null where none answered.</summary>
    public required int? SmtpCode { get; init; }

    /// <summary>Enhanced status code (RFC 3463).</summary>
    public required string? EnhancedCode { get; init; }

    /// <summary>The server's words, lines as the source had them.</summary>
    public required string? Reply { get; init; }

    /// <summary>The server that was asked.</summary>
    public required string? RemoteHost { get; init; }

    /// <summary>The address from which our host connected.</summary>
    public required string? OutgoingIp { get; init; }

    /// <summary>Which of our hosts tried.</summary>
    public required string? Host { get; init; }

    /// <summary>False when no server was asked: the queue put it off by itself.</summary>
    public required bool Attempted { get; init; }

    /// <summary>Why it failed; null for a delivery.</summary>
    [Reason]
    public required string? Reason { get; init; }

    /// <summary>What to do about it; null for a delivery.</summary>
    public required string? Advice { get; init; }

    /// <summary>True when the reply could not be classified.</summary>
    public required bool UnknownCode { get; init; }
}

/// <summary>What was so once and was superseded, or stands beside the status.</summary>
public sealed record EarlierOutcome
{
    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    public required int? SmtpCode { get; init; }

    public required string? EnhancedCode { get; init; }

    public required string? Reply { get; init; }

    public required string? RemoteHost { get; init; }

    [Reason]
    public required string? Reason { get; init; }

    public required string? Advice { get; init; }
}

/// <summary>A reservation of the quota.</summary>
public sealed record DeliveryReservation
{
    /// <summary>The key that it was made with.</summary>
    public required string ReservationId { get; init; }

    /// <summary>Recipients that were taken.</summary>
    public required int Recipients { get; init; }

    public required DateTimeOffset TakenAt { get; init; }
}

/// <summary>An entry of the suppression list.</summary>
public sealed record DeliverySuppression
{
    public required string Address { get; init; }

    /// <summary>The sending domain that it holds for; null for all.</summary>
    public required string? Domain { get; init; }

    public required SuppressionCause Cause { get; init; }

    /// <summary>The classifier's reason, or what was written when it was added.</summary>
    /// <example>"recipient_unknown"</example>
    public required string? Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }
}
