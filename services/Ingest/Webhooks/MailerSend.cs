using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>MailerSend: one activity a post, signed with an HMAC over the raw body.</summary>
internal sealed class MailerSend : IWebhookProvider
{
    /// <summary>A post with nothing to count.</summary>
    private const string Nothing = """{"type":"activity.opened","data":{}}""";

    public string Name => "mailersend";

    public string SecretIs => "the webhook's signing secret";

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.HasHmac(post.Body.Span, source.Secret, Proofs.Hex(post.Headers["Signature"]))
            ? WebhookProof.Proven
            : WebhookProof.Refused);

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new(Nothing, ("Signature", Convert.ToHexStringLower(Proofs.Hmac(Nothing, source.Secret))));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var data = body.Get("data");
        var (mail, more) = (data.Get("email"), data.Get("morph"));
        var type = body.Text("type");

        if (Word(type) is not { } word)
        {
            yield break;
        }

        var suppressed = word == "bounced" && more.Text("object") is "recipient_suppression" or "on_hold";

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = data.Time("created_at") ?? body.Time("created_at"),
            AcceptedAt = mail.Time("created_at"),
            MessageKey = mail.Get("message").Text("id") ?? mail.Text("id"),
            // As MailerSend makes it.
            MessageId = mail.Text("id") is { } id ? $"{id}@mailersend.net" : null,
            Recipient = mail.Get("recipient").Address("email"),
            From = mail.Text("from"),
            Subject = mail.Text("subject"),
            Reply = word is "bounced" or "deferred" ? ServerReply.Bare(more.Text("readable_reason") ?? more.Text("reason")) : null,
            SourceVerdict = suppressed ? JsonFields.Words(type, "suppressed") : type,
            Attempted = !suppressed,
            Tags = mail.Texts("tags"),
            Source = $"{Name}/{source.Name}",
            EventId = data.Text("id"),
        };
    }

    private static string? Word(string? type) => type switch
    {
        "activity.sent" => "accepted",
        "activity.delivered" => "delivered",
        "activity.deferred" => "deferred",
        "activity.soft_bounced" or "activity.hard_bounced" => "bounced",
        "activity.spam_complaint" => "complained",
        _ => null,
    };
}
