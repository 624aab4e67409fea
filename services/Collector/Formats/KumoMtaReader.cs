using System.Globalization;
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
    private readonly IpNames _addresses = new();

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

        if (record.OccurredAt == 0 || record.Id is not { Length: > 0 } || record.Sender is null || record.Recipient is not { } recipients)
        {
            return LineOutcome.Broken;
        }

        foreach (var recipient in record.FeedbackReport?.Recipients ?? recipients)
        {
            Report(record, kind, recipient);
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
            HeaderFrom = report is not null ? MessageText.HeaderIn(original, "From") : record.Headers?.From,
            Subject = record.Headers?.Subject is { } subject ? EncodedWords.Decode(subject) : null,
            MessageId = record.Headers?.MessageId?.Trim('<', '>', ' '),
            SpamScore = double.TryParse(record.Headers?.SpamScore, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : null,
            Bytes = record.Size,
            Pool = record.EgressPool is "unspecified" or "" ? null : record.EgressPool,
            Tags = record.Tags,
            ClientAddress = record.Type == "Reception" ? _addresses.Of(record.PeerAddress?.Addr) : null,
            Login = record.Meta?.Login,

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
            OutgoingIp = _addresses.Of(record.SourceAddress?.Address),
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
