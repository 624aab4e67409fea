using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// MailerSend: one activity a post, signed with an HMAC over the raw body. Version 1 has the mail in an object, version 2 names it by
/// its ids beside the activity, and no sender.
/// </summary>
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
        var (mail, more, meta) = (data.Get("email"), data.Get("morph"), data.Get("meta"));
        var type = body.Text("type");
        var emailId = mail.Text("id") ?? data.Text("email_id");

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
            MessageKey = mail.Get("message").Text("id") ?? data.Text("message_id") ?? emailId,
            // As MailerSend makes it.
            MessageId = emailId is not null ? $"{emailId}@mailersend.net" : null,
            Recipient = mail.Get("recipient").Address("email") ?? data.Address("recipient") ?? data.Address("email"),
            From = mail.Text("from"),
            Subject = mail.Text("subject") ?? data.Text("subject"),
            ReplyCode = word is "bounced" or "deferred" ? CodeOf(type, meta) : null,
            Reply = word is "bounced" or "deferred"
                ? ServerReply.Bare(more.Text("readable_reason") ?? more.Text("reason") ?? meta.Text("bounce_reason"))
                : null,
            SourceVerdict = suppressed ? JsonFields.Words(type, "suppressed") : type,
            Attempted = !suppressed,
            Tags = mail.Texts("tags") ?? data.Texts("tags"),
            Source = $"{Name}/{source.Name}",
            EventId = data.Text("id"),
        };
    }

    /// <summary>The server's code. One that contradicts MailerSend's own word is none: its soft bounces come with 550 too.</summary>
    private static int? CodeOf(string? type, JsonElement meta) =>
        meta.ReplyCode("bounce_code") is { } code && code >= 500 == (type == "activity.hard_bounced") ? code : null;

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
