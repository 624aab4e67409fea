using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Brevo (Sendinblue): one event a post, not signed, with basic authentication or a bearer token. It does not tell the sender.</summary>
internal sealed class Brevo : IWebhookProvider
{
    public string Name => "brevo";

    public string SecretIs => "user:password of basic authentication, or the token";

    /// <summary>Batched webhooks hold many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool NeedsSender => true;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("""{"event":"opened"}""", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        let kind = item.Text("event")
        let word = Word(kind)
        where word is not null
        let reason = item.Text("reason")
        select new SubmittedEvent
        {
            Event = word,
            // "date" is in the zone of the account; ts_epoch is told in seconds and in milliseconds.
            OccurredAt = item.Time("ts_event") ?? item.Time("ts_epoch") ?? item.Time("ts"),
            MessageId = item.Text("message-id"),
            Recipient = item.Address("email"),
            Sender = source.Sender,
            From = item.Text("sender_email"),
            Subject = item.Text("subject"),
            // Of a delivery the reason is "sent".
            Reply = word is "accepted" or "complained" ? null : word == "delivered" ? ServerReply.In(reason) : ServerReply.Bare(reason),
            SourceVerdict = kind,
            Attempted = kind is not ("blocked" or "invalid_email" or "invalid" or "error"),
            OutgoingIp = item.Text("sending_ip"),
            Tags = item.Texts("tags"),
            Source = $"{Name}/{source.Name}",
        };

    private static string? Word(string? kind) => kind switch
    {
        "request" or "sent" => "accepted",
        "delivered" => "delivered",
        "deferred" => "deferred",
        "soft_bounce" or "softBounce" or "hard_bounce" or "hardBounce" => "bounced",
        // Not sent: a contact that is blocked or has unsubscribed, an address that is none, a fault of Brevo's.
        "blocked" or "invalid_email" or "invalid" or "error" => "bounced",
        "spam" or "complaint" => "complained",
        _ => null,
    };
}
