using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Collector.Formats;

/// <summary>
/// Postal's webhook requests, one JSON object a line, as its message database keeps them and as a query over its deliveries
/// gives them (docs/collector.md): <c>{"event": "MessageSent", "timestamp": …, "uuid": …, "payload": {"message": {…}, "status": …,
/// "details": …, "output": …, "timestamp": …}}</c>. <c>size</c> and <c>spam_score</c> of the message are read where the query adds them.
/// </summary>
internal sealed partial class PostalReader(MessageTable messages) : ILogFormat
{
    public string Name => "postal";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => JsonLines.Read(line, PostalJson.Default.PostalRecord)?.OccurredAt ?? 0;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != '{')
        {
            return LineShape.WhyNot(line);
        }

        if (JsonLines.Read(line, PostalJson.Default.PostalRecord) is not { Event: { } name, Payload: { } payload } record)
        {
            return LineOutcome.Broken;
        }

        if (payload.OriginalMessage is not null)
        {
            // Some versions post what came back for a message under another name.
            name = "MessageBounced";
        }

        var kind = KindOf(name, payload);
        var message = payload.OriginalMessage ?? payload.Message;
        if (kind == DeliveryEventKind.Unknown || message is { Direction: "incoming" })
        {
            return LineOutcome.NoDelivery;
        }

        if (message is not { Recipient: { Length: > 0 } recipient, Sender: not null, Key: { } key } || record.OccurredAt == 0)
        {
            return LineOutcome.Broken;
        }

        var reply = string.IsNullOrWhiteSpace(payload.Output) ? payload.Details : payload.Output;
        messages.Publish(
            new JoinedMessage("", message.Id.ToString())
            {
                BeganAt = message.Timestamp.Ticks is not 0 and var began ? began : record.OccurredAt,
                Sender = message.Sender,
                Subject = message.Subject,
                MessageId = message.MessageId,
                Bytes = message.Size,
                SpamScore = double.TryParse(message.SpamScore.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : null,
                Key = "postal-" + key,
            },
            new Attempt
            {
                Kind = kind,
                Recipient = recipient,
                OccurredAt = record.OccurredAt,
                Reply = reply,
                RemoteHost = payload.Details is { } details && Accepted().Match(details) is { Success: true } host ? host.Groups["host"].Value : null,
                Verdict = payload.Status ?? name,
                Attempted = name is "MessageSent" or "MessageDelayed" || (name == "MessageDeliveryFailed" && kind == DeliveryEventKind.Bounced),
            });

        return LineOutcome.Used;
    }

    private static DeliveryEventKind KindOf(string name, PostalPayload payload) => name switch
    {
        "MessageSent" => DeliveryEventKind.Delivered,

        // Held mail waits for somebody to release it.
        "MessageDelayed" or "MessageHeld" => DeliveryEventKind.Deferred,
        "MessageDeliveryFailed" => payload.Details?.Contains("number of delivery attempts", StringComparison.OrdinalIgnoreCase) == true
            ? DeliveryEventKind.Expired
            : DeliveryEventKind.Bounced,
        "MessageBounced" => DeliveryEventKind.Bounced,
        _ => DeliveryEventKind.Unknown,
    };

    /// <summary><c>Message for ann@example.net accepted by mx.example.net (198.51.100.7)</c></summary>
    [GeneratedRegex(@" accepted by (?<host>\S+)", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Accepted();
}

internal sealed record PostalRecord
{
    public string? Event { get; init; }

    public UnixTime Timestamp { get; init; }

    public PostalPayload? Payload { get; init; }

    /// <summary>UTC ticks of the delivery, not of its report; 0 where neither is said.</summary>
    [JsonIgnore]
    public long OccurredAt => Payload?.Timestamp.Ticks is not (null or 0) ? Payload.Timestamp.Ticks : Timestamp.Ticks;
}

internal sealed record PostalPayload
{
    public PostalMessage? Message { get; init; }

    /// <summary>The message that a bounce message came back for.</summary>
    public PostalMessage? OriginalMessage { get; init; }

    /// <summary><c>Sent</c>, <c>SoftFail</c>, <c>HardFail</c> or <c>Held</c>.</summary>
    public string? Status { get; init; }

    public string? Details { get; init; }

    /// <summary>The server's last reply, cut short by Postal.</summary>
    public string? Output { get; init; }

    public UnixTime Timestamp { get; init; }
}

internal sealed record PostalMessage
{
    /// <summary>Counts from 1 in each of Postal's servers, so the token names the message.</summary>
    public JsonElement Id { get; init; }

    public string? Token { get; init; }

    public string? Direction { get; init; }

    public string? MessageId { get; init; }

    [JsonPropertyName("to")]
    public string? Recipient { get; init; }

    /// <summary>Envelope sender.</summary>
    [JsonPropertyName("from")]
    public string? Sender { get; init; }

    public string? Subject { get; init; }

    public UnixTime Timestamp { get; init; }

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Size { get; init; }

    public JsonElement SpamScore { get; init; }

    [JsonIgnore]
    public string? Key => Token is { Length: > 0 } ? Token : Id.ValueKind is JsonValueKind.Number or JsonValueKind.String ? Id.ToString() : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PostalRecord))]
internal sealed partial class PostalJson : JsonSerializerContext;
