using System.Text.Json.Serialization;

namespace MailStats.Contracts;

/// <summary>
/// One item of <c>POST /v1/events</c>, in JSON with camelCase names. With <c>recipients</c> it is the message
/// form and stands for one event a recipient; with <c>recipient</c> it is one event. Unknown fields are ignored.
/// </summary>
public sealed record SubmittedEvent
{
    /// <summary><c>accepted</c>, <c>deferred</c>, <c>delivered</c>, <c>bounced</c>, <c>expired</c>, <c>rejected</c> or <c>complained</c>. Required.</summary>
    public string? Event { get; init; }

    /// <summary>When it happened, RFC 3339 with offset. Required; not more than a day in the future.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When the message was accepted, RFC 3339 with offset.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Names the message, up to 255 characters. Where absent: <c>messageId</c>, else host and queue id; one of them is required.</summary>
    public string? MessageKey { get; init; }

    /// <summary>The recipient's address. This or <c>recipients</c> is required.</summary>
    public string? Recipient { get; init; }

    /// <summary>The recipients' addresses: one event each.</summary>
    public IReadOnlyList<string>? Recipients { get; init; }

    /// <summary>Envelope sender; empty for the null sender. Required unless <c>from</c> is given.</summary>
    public string? Sender { get; init; }

    /// <summary>Header From: an address, or a name and an address in angle brackets.</summary>
    public string? From { get; init; }

    /// <summary>Queue id at the reporting MTA.</summary>
    public string? QueueId { get; init; }

    /// <summary>Header Message-ID, with or without angle brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Header Subject, decoded.</summary>
    public string? Subject { get; init; }

    /// <summary>Host name of the reporting MTA.</summary>
    public string? Host { get; init; }

    /// <summary>Host name of the server that answered.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>SMTP reply code, 200 to 599. Taken from <c>reply</c> where absent.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Enhanced status code. Taken from <c>reply</c> where absent.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The whole reply.</summary>
    public string? Reply { get; init; }

    /// <summary>The source's own word for the outcome.</summary>
    public string? SourceVerdict { get; init; }

    /// <summary>Size of the message in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>Spam score of the outbound message.</summary>
    public double? SpamScore { get; init; }

    /// <summary>False when no server was asked.</summary>
    public bool? Attempted { get; init; }

    /// <summary>The source's own count of attempts, 1 = first.</summary>
    public int? AttemptNumber { get; init; }

    /// <summary>True for mail delivered on the reporting host itself.</summary>
    public bool? Local { get; init; }

    /// <summary>
    /// True where <c>recipient</c> and <c>sender</c> stand as a mail server's log has them: what is no address is kept as it is,
    /// up to 254 octets, instead of refused.
    /// </summary>
    public bool? AsLogged { get; init; }

    /// <summary>IPv4 or IPv6 address from which the reporting host connected.</summary>
    public string? OutgoingIp { get; init; }

    /// <summary>The pool of outgoing addresses that the message went through, up to 64 characters.</summary>
    public string? Pool { get; init; }

    /// <summary>The sender's own marks for the message (campaign, stream), up to 16 of up to 64 characters each.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>TLS version of the connection to the receiving server, up to 64 characters, for example <c>TLSv1.3</c>.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>IPv4 or IPv6 address of the client that submitted the message.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The name by which the client signed in, up to 255 characters.</summary>
    public string? Login { get; init; }

    /// <summary>The source's name, up to 64 characters; <c>api</c> where absent.</summary>
    public string? Source { get; init; }

    /// <summary>The source's own id of this event, where it has one that repetitions share.</summary>
    public string? EventId { get; init; }

    /// <summary>
    /// Earlier attempts that were deferred, up to 1,000: one event each, with all that the item says of the message. Only
    /// beside <c>recipient</c>.
    /// </summary>
    public IReadOnlyList<SubmittedDeferral>? Deferrals { get; init; }
}

/// <summary>An attempt that was deferred, as part of an item that tells what came after it.</summary>
public sealed record SubmittedDeferral
{
    /// <summary>When it happened, RFC 3339 with offset. Required; not more than a day in the future.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Host name of the server that answered.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>SMTP reply code, 200 to 599. Taken from <c>reply</c> where absent.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Enhanced status code. Taken from <c>reply</c> where absent.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The whole reply.</summary>
    public string? Reply { get; init; }

    /// <summary>The source's own word for the outcome.</summary>
    public string? SourceVerdict { get; init; }

    /// <summary>IPv4 or IPv6 address from which the reporting host connected for this attempt.</summary>
    public string? OutgoingIp { get; init; }

    /// <summary>TLS version of this attempt's connection to the server that answered.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>False when no server was asked.</summary>
    public bool? Attempted { get; init; }

    /// <summary>The source's own count of attempts, 1 = first.</summary>
    public int? AttemptNumber { get; init; }

    /// <summary>The source's own id of this event, where it has one that repetitions share.</summary>
    public string? EventId { get; init; }
}

/// <summary>Reflection-free JSON for <see cref="SubmittedEvent"/>, as <c>POST /v1/events</c> reads it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubmittedEvent))]
public sealed partial class SubmittedEventJson : JsonSerializerContext;
