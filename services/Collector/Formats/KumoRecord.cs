using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailStats.Collector.Formats;

/// <summary>The fields that are read (KumoMTA's "Log Record" page).</summary>
internal sealed record KumoRecord
{
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Sender { get; init; }

    /// <summary>An address, or an array of them.</summary>
    [JsonConverter(typeof(AddressesConverter))]
    public IReadOnlyList<string>? Recipient { get; init; }

    public long? Size { get; init; }

    public KumoResponse? Response { get; init; }

    public KumoPeer? PeerAddress { get; init; }

    /// <summary>Seconds since 1970; newer versions also give <see cref="EventTime"/>.</summary>
    public long Timestamp { get; init; }

    public long Created { get; init; }

    public DateTimeOffset? EventTime { get; init; }

    public DateTimeOffset? CreatedTime { get; init; }

    [JsonConverter(typeof(KumoHeadersConverter))]
    public KumoHeaders? Headers { get; init; }

    /// <summary>The fields of <c>meta</c> that the logger is told to log.</summary>
    public KumoMeta? Meta { get; init; }

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
    public string? OriginalId => Type is "OOB" or "Feedback" ? FeedbackReport?.SupplementalTrace?.Id ?? Meta?.OriginalId : null;

    [JsonIgnore]
    public long OccurredAt => FeedbackReport?.ArrivalDate?.UtcTicks ?? EventTime?.UtcTicks ?? FromSeconds(Timestamp);

    [JsonIgnore]
    public long CreatedAt => CreatedTime?.UtcTicks ?? FromSeconds(Created);

    /// <summary>Campaign and tenant: the queue is made of them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Tags
    {
        get
        {
            var at = Queue?.IndexOf('@', StringComparison.Ordinal) ?? -1;
            if (at <= 0)
            {
                return null;
            }

            var colon = Queue!.IndexOf(':', 0, at);
            string[] names = colon < 0 ? [Queue[..at]] : [Queue[..colon], Queue[(colon + 1)..at]];
            names = Array.TrueForAll(names, IsTag) ? names : Array.FindAll(names, IsTag);

            return names.Length > 0 ? names : null;
        }
    }

    private static bool IsTag(string name) => name.Length is > 0 and <= 64;

    private static long FromSeconds(long seconds) => seconds is > 0 and < 250_000_000_000 ? DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) : 0;
}

internal sealed record KumoResponse
{
    public int Code { get; init; }

    public KumoEnhancedCode? EnhancedCode { get; init; }

    public string? Content { get; init; }

    /// <summary>As a server sends it: code, enhanced code, text.</summary>
    [JsonIgnore]
    public string Text
    {
        get
        {
            var code = Code > 0 ? Code.ToString(CultureInfo.InvariantCulture) : "";

            return With(With(code, EnhancedCode?.ToString()), Content);
        }
    }

    private static string With(string text, string? part) => text.Length == 0 ? part ?? "" : string.IsNullOrEmpty(part) ? text : $"{text} {part}";
}

/// <summary>The logged headers that are read. Their names are the policy's, in letters of any case.</summary>
internal sealed record KumoHeaders
{
    [JsonConverter(typeof(FirstTextConverter))]
    public string? From { get; init; }

    [JsonConverter(typeof(FirstTextConverter))]
    public string? Subject { get; init; }

    [JsonPropertyName("Message-ID")]
    [JsonConverter(typeof(FirstTextConverter))]
    public string? MessageId { get; init; }

    [JsonPropertyName("X-Spam-Score")]
    [JsonConverter(typeof(FirstTextConverter))]
    public string? SpamScore { get; init; }
}

internal sealed record KumoMeta
{
    [JsonPropertyName("authn_id")]
    [JsonConverter(typeof(FirstTextConverter))]
    public string? Login { get; init => field = value is "" ? null : value; }

    [JsonConverter(typeof(FirstTextConverter))]
    public string? OriginalId { get; init => field = value is "" ? null : value; }
}

/// <summary>A text, or the first of several; null for anything else.</summary>
internal sealed class FirstTextConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();

            return null;
        }

        var values = JsonElement.ParseValue(ref reader);

        return values.GetArrayLength() > 0 ? values[0].ToString() : null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>An address, or several; null for anything else.</summary>
internal sealed class AddressesConverter : JsonConverter<IReadOnlyList<string>?>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [reader.GetString()!];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();

            return null;
        }

        var addresses = new List<string>();

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                addresses.Add(reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return addresses;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads the few headers that are asked for, and makes nothing of the others.</summary>
internal sealed class KumoHeadersConverter : JsonConverter<KumoHeaders?>
{
    public override KumoHeaders? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, KumoHeadersJson.Default.KumoHeaders);

    public override void Write(Utf8JsonWriter writer, KumoHeaders? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>RFC 5965, as KumoMTA reads it.</summary>
internal sealed record KumoFeedback
{
    public string? FeedbackType { get; init; }

    public DateTimeOffset? ArrivalDate { get; init; }

    public string? OriginalMailFrom { get; init; }

    /// <summary>An address, or an array of them; receivers black them out.</summary>
    [JsonConverter(typeof(AddressesConverter))]
    public IReadOnlyList<string>? OriginalRcptoTo { get; init; }

    public string? OriginalMessage { get; init; }

    /// <summary>What KumoMTA itself had put into the message, which beats what the receiver says.</summary>
    public KumoTrace? SupplementalTrace { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> Recipients => SupplementalTrace?.Recipient is { Length: > 0 } traced ? [traced] : OriginalRcptoTo ?? [];
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

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(KumoHeaders))]
internal sealed partial class KumoHeadersJson : JsonSerializerContext;
