using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>A line of haraka-plugin-outbound-logger: of several recipients of one delivery it has the first.</summary>
internal sealed record HarakaRecord
{
    public string? Name { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Hostname { get; init; }

    /// <summary><c>delivered</c>, <c>deferred</c> or <c>bounced</c>; absent for the logger's own lines.</summary>
    public string? Type { get; init; }

    /// <summary>The delivery's id, <c>UUID.1.1</c>.</summary>
    public string? JobId { get; init; }

    public DateTimeOffset? QueueTime { get; init; }

    public string? SmtpHost { get; init; }

    public string? SmtpResponse { get; init; }

    public string? Recipient { get; init; }

    public string? From { get; init; }

    public string? Subject { get; init; }

    /// <summary>A reply code or an enhanced code, as text or number.</summary>
    public JsonElement DsnStatus { get; init; }

    public string? DsnMessage { get; init; }

    public string? UndeliveredReason { get; init; }

    /// <summary>Null for a line of anything else.</summary>
    public static HarakaRecord? Parse(ReadOnlySpan<byte> line) =>
        line is [(byte)'{', ..] && JsonLines.Read(line, HarakaJson.Default.HarakaRecord) is { Name: "outbound_logger" } record ? record : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HarakaRecord))]
internal sealed partial class HarakaJson : JsonSerializerContext;

internal sealed partial class HarakaReader
{
    private LineOutcome ReadRecord(HarakaRecord record)
    {
        var kind = record.Type switch
        {
            "delivered" => DeliveryEventKind.Delivered,
            "deferred" => DeliveryEventKind.Deferred,
            "bounced" => DeliveryEventKind.Bounced,
            _ => DeliveryEventKind.Unknown,
        };
        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.NoDelivery;
        }

        if (record is not { Time: { } time, JobId: { } job, Recipient: { Length: > 0 } recipient, From: { } sender } || !Outgoing().IsMatch(job))
        {
            return LineOutcome.Broken;
        }

        if (sender.Length == 0)
        {
            return LineOutcome.OwnMail;
        }

        // The plugin leaves the code of a delivery's reply out.
        var transaction = job[..job.LastIndexOf('.')];
        var reply = kind == DeliveryEventKind.Delivered ? record.SmtpResponse : record.DsnMessage ?? record.UndeliveredReason;
        var status = record.DsnStatus.ToString();
        var isCode = int.TryParse(status, CultureInfo.InvariantCulture, out var code) && code is >= 400 and <= 599;
        messages.Publish(
            new JoinedMessage("", transaction)
            {
                Key = "haraka-" + transaction,
                BeganAt = record.QueueTime?.UtcTicks ?? time.UtcTicks,
                Sender = sender,
                Subject = record.Subject is null or "unknown" ? null : record.Subject.Trim(),
            },
            new Attempt
            {
                Kind = kind == DeliveryEventKind.Bounced && record.UndeliveredReason?.StartsWith("Too many failures", StringComparison.Ordinal) == true
                    ? DeliveryEventKind.Expired : kind,
                Recipient = recipient,
                OccurredAt = clock.FromUtc(time.UtcTicks),
                ReplyCode = kind != DeliveryEventKind.Delivered && isCode ? code : null,
                EnhancedCode = !isCode && EnhancedCode.TryRead(status.AsSpan(), out _, out var length) ? status[..length] : EnhancedOf(reply ?? ""),
                Reply = reply,
                RemoteHost = string.IsNullOrEmpty(record.SmtpHost) ? null : record.SmtpHost,
                Verdict = record.Type,
            });

        return LineOutcome.Used;
    }
}
