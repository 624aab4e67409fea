using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Collector.Formats;

/// <summary>
/// KumoMTA's log: one JSON object a line, complete in itself. <c>Reception</c>, <c>Delivery</c>, <c>TransientFailure</c>, <c>Delayed</c>,
/// <c>Bounce</c>, <c>AdminBounce</c>, <c>Expiration</c>, <c>Rejection</c>, <c>OOB</c> (a bounce message that came back later) and
/// <c>Feedback</c> (a complaint) are reported, as its webhook's are; <c>recipient</c> is an address or several.
/// </summary>
internal sealed class KumoMtaReader(MessageTable messages) : ILogFormat
{
    public string Name => "kumomta";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => Parse(line)?.OccurredAt ?? 0;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != '{')
        {
            return LineShape.WhyNot(line);
        }

        if (Parse(line) is not { Type: { } type } record)
        {
            return LineOutcome.Broken;
        }

        var kind = type switch
        {
            "Reception" => DeliveryEventKind.Accepted,
            "Delivery" => DeliveryEventKind.Delivered,
            "TransientFailure" or "Delayed" or "Delay" => DeliveryEventKind.Deferred,
            "Bounce" or "AdminBounce" or "OOB" => DeliveryEventKind.Bounced,
            "Expiration" => DeliveryEventKind.Expired,
            "Rejection" => DeliveryEventKind.Rejected,
            "Feedback" => DeliveryEventKind.Complained,
            _ => DeliveryEventKind.Unknown,
        };
        if (kind == DeliveryEventKind.Unknown || record.ReceptionProtocol == "LogRecord")
        {
            // A log hook's own messages are logged like mail.
            return LineOutcome.NoDelivery;
        }

        if ((record.FeedbackReport is { } feedback && !FeedbackType.IsComplaint(feedback.FeedbackType)) || (type == "OOB" && record.OriginalId is null))
        {
            // A complaint taken back, a report about forgers, and a report that does not name the message it is about.
            return LineOutcome.NoDelivery;
        }

        if (record.OccurredAt == 0 || record.Id is not { Length: > 0 } || record.Sender is null
            || record.Recipient.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            return LineOutcome.Broken;
        }

        try
        {
            foreach (var recipient in record.FeedbackReport?.Recipients ?? record.Recipients)
            {
                Report(record, kind, recipient);
            }
        }
        catch (InvalidOperationException)
        {
            // A text that is half a surrogate pair.
            return LineOutcome.Broken;
        }

        return LineOutcome.Used;
    }

    private void Report(KumoRecord record, DeliveryEventKind kind, string recipient)
    {
        // A report that came in has an id, an envelope and headers of its own: what it is about stands within.
        var (id, report, original) = (record.OriginalId ?? record.Id!, record.FeedbackReport, record.FeedbackReport?.OriginalMessage);
        var message = new JoinedMessage(record.NodeName ?? "", id)
        {
            BeganAt = report is not null || record.Type == "OOB" || record.CreatedAt == 0 ? record.OccurredAt : record.CreatedAt,
            Sender = report is not null ? report.OriginalMailFrom ?? report.SupplementalTrace?.Sender : record.Sender == "<>" ? "" : record.Sender,
            HeaderFrom = report is not null ? MessageText.HeaderIn(original, "From") : record.Header("From"),
            Subject = record.Header("Subject") is { } subject ? EncodedWords.Decode(subject) : null,
            MessageId = record.Header("Message-ID")?.Trim('<', '>', ' '),
            SpamScore = double.TryParse(record.Header("X-Spam-Score"), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : null,
            Bytes = record.Size,
            Pool = record.EgressPool is "unspecified" or "" ? null : record.EgressPool,
            Tags = record.Tags,
            ClientAddress = record.Type == "Reception" ? IpNames.Read(record.PeerAddress?.Addr) : null,
            Login = record.Meta("authn_id"),

            // The id alone: it is never used again, and not every record says when the message was created.
            Key = "kumomta-" + id,
        };
        // With an administrator's purge and with a reception, the code is KumoMTA's own and no server's.
        var replied = report is null && record.Type is not ("Reception" or "AdminBounce");
        messages.Publish(message, new Attempt
        {
            Kind = kind,
            Recipient = recipient,
            OccurredAt = record.OccurredAt,
            ReplyCode = replied && record.Response?.Code is >= 200 and <= 599 and var code ? code : null,
            EnhancedCode = replied ? record.Response?.EnhancedCode?.ToString() : null,
            OutgoingIp = IpNames.Read(record.SourceAddress?.Address),
            TlsVersion = TlsVersions.Of(record.TlsProtocolVersion),
            Reply = replied ? record.Response?.Text : record.Type == "AdminBounce" ? record.Response?.Content : null,
            RemoteHost = kind is DeliveryEventKind.Accepted or DeliveryEventKind.Rejected ? null : record.PeerAddress?.Name,
            Verdict = record.Type,
            Attempted = record.Type is not (
                "Expiration" or "AdminBounce" or "Reception" or "Rejection" or "Delayed" or "Delay" or "OOB" or "Feedback"),
            Local = record.DeliveryProtocol is "Maildir"
                || (record.DeliveryProtocol is "LMTP" && messages.LocalMail.TakesLmtp(record.PeerAddress?.Name, record.PeerAddress?.Addr)),
            RemoteAddress = record.PeerAddress?.Addr,
        });
    }

    private static KumoRecord? Parse(ReadOnlySpan<byte> line) => JsonLines.Read(line, KumoJson.Default.KumoRecord);
}

/// <summary>The fields that are read (KumoMTA's "Log Record" page).</summary>
internal sealed record KumoRecord
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Sender { get; init; }

    /// <summary>An address, or an array of them.</summary>
    public JsonElement Recipient { get; init; }

    public long? Size { get; init; }

    public KumoResponse? Response { get; init; }

    public KumoPeer? PeerAddress { get; init; }

    /// <summary>Seconds since 1970; newer versions also give <see cref="EventTime"/>.</summary>
    public long Timestamp { get; init; }

    public long Created { get; init; }

    public DateTimeOffset? EventTime { get; init; }

    public DateTimeOffset? CreatedTime { get; init; }

    public Dictionary<string, JsonElement>? Headers { get; init; }

    /// <summary>The fields of <c>meta</c> that the logger is told to log.</summary>
    [JsonPropertyName("meta")]
    public Dictionary<string, JsonElement>? MetaFields { get; init; }

    /// <summary><c>campaign:tenant@domain!routing_domain</c>, the first two and the last where there are such.</summary>
    public string? Queue { get; init; }

    public string? EgressPool { get; init; }

    public KumoSource? SourceAddress { get; init; }

    public string? TlsProtocolVersion { get; init; }

    public string? DeliveryProtocol { get; init; }

    public string? ReceptionProtocol { get; init; }

    [JsonPropertyName("nodename")]
    public string? NodeName { get; init; }

    /// <summary>Of a complaint that came in.</summary>
    public KumoFeedback? FeedbackReport { get; init; }

    /// <summary>The id of the message that a report is about, where the policy puts it among the trace header's or the record's own meta fields.</summary>
    [JsonIgnore]
    public string? OriginalId => Type is "OOB" or "Feedback" ? FeedbackReport?.SupplementalTrace?.Id ?? Meta("original_id") : null;

    [JsonIgnore]
    public long OccurredAt => FeedbackReport?.ArrivalDate?.UtcTicks ?? EventTime?.UtcTicks ?? FromSeconds(Timestamp);

    [JsonIgnore]
    public long CreatedAt => CreatedTime?.UtcTicks ?? FromSeconds(Created);

    [JsonIgnore]
    public IReadOnlyList<string> Recipients => Addresses(Recipient);

    /// <summary>An address, or several.</summary>
    public static IReadOnlyList<string> Addresses(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    /// <summary>Campaign and tenant: the queue is made of them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Tags
    {
        get
        {
            var at = Queue?.IndexOf('@', StringComparison.Ordinal) ?? -1;
            var names = at < 0 ? [] : Queue![..at].Split(':', 2).Where(name => name.Length is > 0 and <= 64).ToList();

            return names.Count > 0 ? names : null;
        }
    }

    /// <summary>A logged field of the message's own; null where it is no text.</summary>
    public string? Meta(string name) =>
        MetaFields?.GetValueOrDefault(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A logged header; of several the first.</summary>
    public string? Header(string name)
    {
        var value = Headers?.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? default;

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array when value.GetArrayLength() > 0 => value[0].ToString(),
            _ => null,
        };
    }

    private static long FromSeconds(long seconds) => seconds is > 0 and < 250_000_000_000 ? DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) : 0;
}

internal sealed record KumoResponse
{
    public int Code { get; init; }

    public KumoEnhancedCode? EnhancedCode { get; init; }

    public string? Content { get; init; }

    /// <summary>As a server sends it: code, enhanced code, text.</summary>
    [JsonIgnore]
    public string Text => string.Join(
        ' ',
        new[] { Code > 0 ? Code.ToString(CultureInfo.InvariantCulture) : null, EnhancedCode?.ToString(), Content }.Where(part => !string.IsNullOrEmpty(part)));
}

/// <summary>RFC 5965, as KumoMTA reads it.</summary>
internal sealed record KumoFeedback
{
    public string? FeedbackType { get; init; }

    public DateTimeOffset? ArrivalDate { get; init; }

    public string? OriginalMailFrom { get; init; }

    /// <summary>An address, or an array of them; receivers black them out.</summary>
    public JsonElement OriginalRcptoTo { get; init; }

    public string? OriginalMessage { get; init; }

    /// <summary>What KumoMTA itself had put into the message, which beats what the receiver says.</summary>
    public KumoTrace? SupplementalTrace { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> Recipients => SupplementalTrace?.Recipient is { Length: > 0 } traced ? [traced] : KumoRecord.Addresses(OriginalRcptoTo);
}

internal sealed record KumoTrace
{
    public string? Id { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }
}

internal sealed record KumoEnhancedCode(int Class, int Subject, int Detail)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");
}

internal sealed record KumoPeer(string? Name, string? Addr);

internal sealed record KumoSource(string? Address);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(KumoRecord))]
internal sealed partial class KumoJson : JsonSerializerContext;
