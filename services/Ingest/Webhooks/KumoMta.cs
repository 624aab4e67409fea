using System.Globalization;
using System.Net;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// KumoMTA's log hook: one log record or an array of them, with whatever header its policy sends (here: a bearer token).
/// A record means the same here as in the log that the Collector reads.
/// </summary>
internal sealed class KumoMta : IWebhookProvider
{
    public string Name => "kumomta";

    public string SecretIs => "the bearer token that the log hook sends";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16 && !secret.Contains(':', StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("[]", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from record in body.Items()
        let type = record.Text("type")
        // A log hook's own messages are logged like mail.
        where record.Text("reception_protocol") != "LogRecord"
        let read = type == "Feedback" ? ReadComplaint(record, source) : Word(type) is { } word ? ReadRecord(record, type!, word, source) : null
        where read is not null
        select read;

    private SubmittedEvent ReadRecord(JsonElement record, string type, string word, WebhookSource source)
    {
        var (response, headers) = (record.Get("response"), record.Get("headers"));
        var tried = type is "Delivery" or "Bounce" or "TransientFailure";
        // With an administrator's purge and with a reception, the code is KumoMTA's own and no server's.
        var replied = type is not ("Reception" or "AdminBounce");

        return new SubmittedEvent
        {
            Event = word,
            OccurredAt = record.Time("event_time") ?? record.Time("timestamp"),
            AcceptedAt = record.Time("created_time") ?? record.Time("created"),
            // A report that comes back has an id of its own and does not name the message it is about.
            MessageKey = type == "OOB" ? OriginalId(record) : record.Text("id"),
            QueueId = type == "OOB" ? null : record.Text("id"),
            MessageId = type == "OOB" ? null : headers.Header("Message-ID"),
            Recipients = Recipients(record.Get("recipient")),
            Sender = record.Address("sender"),
            From = headers.Header("From"),
            Subject = headers.Header("Subject"),
            Host = record.Text("nodename") ?? record.Text("nodeid"),
            RemoteHost = type is "Reception" or "Rejection" ? null : record.Get("peer_address").Text("name")?.TrimEnd('.'),
            ReplyCode = replied ? response.ReplyCode("code") : null,
            EnhancedCode = replied ? Enhanced(response.Get("enhanced_code")) : null,
            Reply = replied ? Reply(response) : type == "AdminBounce" ? response.Text("content") : null,
            SourceVerdict = JsonFields.Words(type, record.Text("bounce_classification")),
            // Nought when the message had left memory already.
            Bytes = record.Whole("size") is > 0 and var size ? size : null,
            SpamScore = SpamScore(headers.Header("X-Spam-Score")),
            // An attempt's record tells how many went before it; an expiry's tells all.
            AttemptNumber = tried ? record.Attempt("num_attempts", 1) : type is "Expiration" or "AdminBounce" ? record.Attempt("num_attempts") : null,
            Attempted = tried,
            Local = record.Text("delivery_protocol") is "Maildir",
            OutgoingIp = Ip(record.Get("source_address").Text("address")),
            Pool = record.Text("egress_pool") is { Length: > 0 } pool and not "unspecified" ? pool : null,
            Tags = Tags(record.Text("queue")),
            TlsVersion = record.Text("tls_protocol_version"),
            ClientAddress = type == "Reception" ? Ip(record.Get("peer_address").Text("addr")) : null,
            Login = record.Get("meta").Text("authn_id"),
            Source = $"{Name}/{source.Name}",
        };
    }

    /// <summary>The envelope of the record is the report's own; who complained about what stands within the report (RFC 5965).</summary>
    private SubmittedEvent? ReadComplaint(JsonElement record, WebhookSource source)
    {
        var report = record.Get("feedback_report");
        var (trace, original) = (report.Get("supplemental_trace"), OriginalMessage(report.Get("original_message")));
        var told = Recipients(report.Get("original_rcpto_to"));
        // Some receivers name the recipient only among what they want removed.
        var named = told.Count > 0 ? told : Recipients(report.Get("extensions").Get("removal-recipient"));

        if (!FeedbackType.IsComplaint(report.Text("feedback_type")))
        {
            return null;
        }

        return new SubmittedEvent
        {
            Event = "complained",
            OccurredAt = report.Time("arrival_date") ?? record.Time("event_time") ?? record.Time("timestamp"),
            MessageKey = OriginalId(record) ?? record.Text("id"),
            MessageId = MessageText.HeaderIn(original, "Message-ID"),
            // The trace is KumoMTA's own and beats what the receiver has blacked out.
            Recipients = trace.Address("recipient") is { } traced ? [traced] : named,
            Sender = report.Address("original_mail_from") ?? trace.Address("sender"),
            From = MessageText.HeaderIn(original, "From"),
            Subject = MessageText.HeaderIn(original, "Subject"),
            SourceVerdict = JsonFields.Words("Feedback", report.Text("feedback_type")),
            Attempted = false,
            Source = $"{Name}/{source.Name}",
        };
    }

    private static string? Word(string? type) => type switch
    {
        "Reception" => "accepted",
        "Delivery" => "delivered",
        "TransientFailure" or "Delayed" => "deferred",
        "Bounce" or "AdminBounce" or "OOB" => "bounced",
        "Expiration" => "expired",
        "Rejection" => "rejected",
        _ => null,
    };

    /// <summary>The id of the message that a report is about, where the policy puts it among the trace header's or the record's own meta fields.</summary>
    private static string? OriginalId(JsonElement record) =>
        record.Get("feedback_report").Get("supplemental_trace").Text("id") ?? record.Get("meta").Text("original_id");

    /// <summary>A text; of a mail that is not UTF-8, its bytes as numbers.</summary>
    private static string? OriginalMessage(JsonElement message) => message.ValueKind == JsonValueKind.Array
        ? string.Concat(message.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetByte(out var code) ? (char)code : '?'))
        : message.AsText();

    /// <summary>An address with or without a port.</summary>
    private static string? Ip(string? address) => IPEndPoint.TryParse(address ?? "", out var end) ? end.Address.ToString() : null;

    /// <summary>Campaign and tenant of <c>campaign:tenant@domain</c>.</summary>
    private static List<string>? Tags(string? queue) => queue?.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && queue[..at].Split(':', 2).Where(name => name.Length is > 0 and <= 64).ToList() is { Count: > 0 } names ? names : null;

    private static List<string> Recipients(JsonElement recipients) =>
        [.. recipients.Items().Select(recipient => recipient.AsAddress() ?? "")];

    private static double? SpamScore(string? score) =>
        double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static string? Enhanced(JsonElement code) =>
        code.Whole("class") is (2 or 4 or 5) and var kind
        && code.Whole("subject") is >= 0 and <= 999 and var subject
        && code.Whole("detail") is >= 0 and <= 999 and var detail
            ? string.Create(CultureInfo.InvariantCulture, $"{kind}.{subject}.{detail}")
            : null;

    private static string? Reply(JsonElement response) =>
        JsonFields.Join(' ', response.Text("code"), Enhanced(response.Get("enhanced_code")), response.Text("content")) is { Length: > 0 } reply
            ? reply
            : null;
}
