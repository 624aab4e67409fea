using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Mailjet's Event API: one event a post, or an array of them ("group events"), not signed, with basic authentication. It does not
/// tell the sender. <c>sent</c> means that the receiving server has taken the mail.
/// </summary>
internal sealed class Mailjet : IWebhookProvider
{
    public string Name => "mailjet";

    public string SecretIs => "user:password, as in the address given to Mailjet";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool NeedsSender => true;

    public bool IsSecret(string secret) => secret.Length >= 16 && secret.Contains(':', StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("""[{"event":"open"}]""", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        let kind = item.Text("event")
        let error = item.Text("error")
        let hard = item.Get("hard_bounce").ValueKind == JsonValueKind.True
        let word = Word(kind, error, hard)
        where word is not null
        let key = Id(item, "MessageID") ?? Id(item, "mj_message_id") ?? item.Text("Message_GUID")
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = item.Time("time"),
            MessageKey = key is null ? null : $"{Name}/{key}",
            Recipient = item.Address("email"),
            Sender = source.Sender,
            Reply = kind == "bounce" ? ServerReply.Bare(item.Text("comment")) : ServerReply.In(item.Text("smtp_reply")),
            SourceVerdict = kind == "bounce" ? JsonFields.Words(kind, hard ? "hard" : "soft", error) : JsonFields.Words(kind, error),
            Attempted = kind != "blocked",
            Tags = item.Text("customcampaign") is { Length: > 0 } campaign ? [campaign] : null,
            Source = $"{Name}/{source.Name}",
        };

    /// <summary>An id of a message; tests have nought.</summary>
    private static string? Id(JsonElement item, string name) => item.Text(name) is { Length: > 0 } id and not "0" ? id : null;

    private static string? Word(string? kind, string? error, bool hard) => (kind, error) switch
    {
        ("sent", _) => "delivered",
        ("bounce", "greylisted") when !hard => "deferred",
        // Mailjet did not send.
        ("bounce" or "blocked", _) => "bounced",
        ("spam", _) => "complained",
        _ => null,
    };
}
