using System.Globalization;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Replies;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>KumoMTA's log hook: one log record or an array of them, with whatever header its policy sends (here: a bearer token).</summary>
internal sealed class KumoMta : IWebhookProvider
{
    public string Name => "kumomta";

    public string SecretIs => "the bearer token that the log hook sends";

    public bool IsSecret(string secret) => secret.Length >= 16 && !secret.Contains(':', StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from record in body.Items()
        let word = Word(record.Text("type"))
        where word is not null && record.Text("reception_protocol") != "LogRecord"
        let response = record.Get("response")
        let recipients = record.Get("recipient").Items().Select(recipient => recipient.AsText() ?? "").ToList()
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = record.Time("event_time") ?? record.Time("timestamp"),
            AcceptedAt = record.Time("created_time") ?? record.Time("created"),
            MessageKey = record.Text("id"),
            QueueId = record.Text("id"),
            Recipients = recipients,
            Sender = record.Text("sender") ?? source.Sender,
            Subject = record.Get("headers").Text("Subject"),
            Host = record.Text("nodeid"),
            RemoteHost = record.Get("peer_address").Text("name")?.TrimEnd('.'),
            ReplyCode = response.ReplyCode("code"),
            EnhancedCode = Enhanced(response.Get("enhanced_code")),
            Reply = Reply(response),
            SourceVerdict = record.Text("bounce_classification") is { Length: > 0 } reason ? $"{record.Text("type")}/{reason}" : record.Text("type"),
            // Nought when the message had left memory already.
            Bytes = record.Whole("size") is > 0 and var size ? size : null,
            AttemptNumber = record.Attempt("num_attempts", 1),
            Attempted = record.Text("type") is not "AdminBounce",
            Source = $"{Name}/{source.Name}",
        };

    private static string? Word(string? type) => type switch
    {
        "Reception" => "accepted",
        "Delivery" => "delivered",
        "TransientFailure" or "Delayed" => "deferred",
        "Bounce" or "AdminBounce" or "OOB" => "bounced",
        "Expiration" => "expired",
        "Rejection" => "rejected",
        "Feedback" => "complained",
        _ => null,
    };

    private static string? Enhanced(JsonElement code) =>
        code.Whole("class") is (2 or 4 or 5) and var kind
        && code.Whole("subject") is >= 0 and <= 999 and var subject
        && code.Whole("detail") is >= 0 and <= 999 and var detail
            ? string.Create(CultureInfo.InvariantCulture, $"{kind}.{subject}.{detail}")
            : null;

    private static string? Reply(JsonElement response) =>
        string.Join(
            ' ', new[] { response.Text("code"), Enhanced(response.Get("enhanced_code")), response.Text("content") }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } reply
            ? reply
            : null;
}
