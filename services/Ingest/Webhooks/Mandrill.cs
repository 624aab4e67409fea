using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Mailchimp Transactional (Mandrill): a form with an array of events, signed with an HMAC over address and fields.</summary>
internal sealed class Mandrill : IWebhookProvider
{
    private const string Field = "mandrill_events";

    public string Name => "mandrill";

    public string SecretIs => "the webhook's key";

    /// <summary>Up to 1,000 events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        if (FormFields.Read(post.Body.Span) is not { } fields || !fields.ContainsKey(Field)
            || Proofs.Base64(post.Headers["X-Mandrill-Signature"]) is not { } given)
        {
            return ValueTask.FromResult(WebhookProof.Refused);
        }

        var key = Encoding.UTF8.GetBytes(source.Secret);
        var signed = string.Concat(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value));
        var proven = post.Addresses().Any(address => CryptographicOperations.FixedTimeEquals(
            CryptographicOperations.HmacData(HashAlgorithmName.SHA1, key, Encoding.UTF8.GetBytes(address + signed)), given));

        return ValueTask.FromResult(proven ? WebhookProof.Proven : WebhookProof.Refused);
    }

    public ReadOnlyMemory<byte> JsonOf(WebhookPost post) => FormFields.Json(post.Body.Span, Field);

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new($"{Field}=[]", ("X-Mandrill-Signature", Convert.ToBase64String(CryptographicOperations.HmacData(
            HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(source.Secret), Encoding.UTF8.GetBytes($"{address}{Field}[]")))));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        let kind = item.Text("event")
        let message = item.Get("msg")
        let last = message.Get("smtp_events").Items().LastOrDefault()
        let reason = Reason(message)
        let word = Word(kind, reason, last)
        where word is not null
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = item.Time("ts"),
            AcceptedAt = message.Time("ts"),
            MessageKey = message.Text("_id") ?? item.Text("_id"),
            MessageId = message.Get("headers").Header("Message-ID"),
            Recipient = message.Address("email"),
            From = message.Text("sender"),
            Subject = message.Text("subject"),
            Reply = ServerReply.Bare(message.Text("diag")) ?? (word is "deferred" or "delivered" ? ServerReply.In(last.Text("diag")) : null),
            SourceVerdict = JsonFields.Words(kind, message.Text("bounce_description") ?? reason),
            Attempted = kind != "reject",
            OutgoingIp = last.Text("source_ip"),
            Tags = message.Texts("tags"),
            Source = $"{Name}/{source.Name}",
        };

    private static string? Word(string? kind, string? reason, JsonElement last) => kind switch
    {
        // Accounts from before the event "delivered" get a "send" with the receiver's answer.
        "send" => last.Text("type") == "sent" || ServerReply.In(last.Text("diag")) is ['2', ..] ? "delivered" : "accepted",
        "delivered" => "delivered",
        "deferral" => "deferred",
        "hard_bounce" or "soft_bounce" => "bounced",
        // The address is on the rejection list, or Mandrill refuses the message itself.
        "reject" => reason is "invalid-sender" or "invalid" or "test-mode-limit" or "unsigned" or "rule" ? "rejected" : "bounced",
        "spam" => "complained",
        // Opens, clicks, unsubscriptions, changes of lists ("type": "blacklist"), inbound mail.
        _ => null,
    };

    private static string? Reason(JsonElement message) =>
        message.Get("reject") is { ValueKind: JsonValueKind.Object } reject ? reject.Text("reason") : message.Text("reject_reason") ?? message.Text("reject");
}
