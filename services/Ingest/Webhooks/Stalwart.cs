using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Stalwart's webhook: a list of telemetry events, signed with an HMAC over the raw body.</summary>
internal sealed class Stalwart : IWebhookProvider
{
    public string Name => "stalwart";

    public string SecretIs => "the webhook's signature key";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.HasHmac(post.Body.Span, source.Secret, Proofs.Base64(post.Headers["X-Signature"]))
            ? WebhookProof.Proven
            : WebhookProof.Refused);

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Get("events").Items()
        let data = item.Get("data")
        let code = data.ReplyCode("code")
        let word = Word(item.Text("type"), code)
        where word is not null
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = item.Time("createdAt"),
            MessageKey = data.Text("queueId") is { } queueId ? $"{Name}/{source.Name}/{queueId}" : null,
            QueueId = data.Text("queueId"),
            MessageId = data.Text("messageId"),
            Recipients = [.. data.Get("to").Items().Select(recipient => recipient.AsText() ?? "")],
            Sender = data.Text("from") ?? source.Sender,
            RemoteHost = data.Text("hostname"),
            ReplyCode = code,
            Reply = data.Text("details") ?? data.Text("reason"),
            SourceVerdict = item.Text("type"),
            Bytes = data.Whole("size"),
            Source = $"{Name}/{source.Name}",
            EventId = item.Text("id"),
        };

    private static string? Word(string? type, int? code) => type switch
    {
        "delivery.delivered" or "delivery.dsn-success" => "delivered",
        "delivery.dsn-temp-fail" => "deferred",
        "delivery.dsn-perm-fail" => "bounced",
        "delivery.rcpt-to-rejected" or "delivery.message-rejected" or "delivery.mail-from-rejected" => code is >= 500 ? "bounced" : "deferred",
        _ => null,
    };
}
