using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Mailtrap: up to 500 events a post, as JSON or as lines of JSON, signed with an HMAC over the raw body. It does not tell the sender.
/// </summary>
internal sealed class Mailtrap : IWebhookProvider
{
    /// <summary>A post with nothing to count.</summary>
    private const string Nothing = """{"events":[{"event":"open"}]}""";

    public string Name => "mailtrap";

    public string SecretIs => "the webhook's signature key, or user:password as in the address given to Mailtrap";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool NeedsSender => true;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        if (source.Secret.Contains(':', StringComparison.Ordinal))
        {
            return ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));
        }

        return ValueTask.FromResult(Proofs.HasHmac(post.Body.Span, source.Secret, Proofs.Hex(post.Headers["Mailtrap-Signature"]))
            ? WebhookProof.Proven
            : WebhookProof.Refused);
    }

    /// <summary>Lines of JSON become an array.</summary>
    public ReadOnlyMemory<byte> JsonOf(WebhookPost post)
    {
        var reader = new Utf8JsonReader(post.Body.Span, new JsonReaderOptions { AllowMultipleValues = true });
        var lines = new List<Range>();

        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            lines.Add(start..(int)reader.BytesConsumed);
        }

        if (lines.Count < 2)
        {
            return post.Body;
        }

        var json = new StringBuilder("[");

        foreach (var line in lines)
        {
            json.Append(json.Length > 1 ? "," : "").Append(Encoding.UTF8.GetString(post.Body.Span[line]));
        }

        return Encoding.UTF8.GetBytes(json.Append(']').ToString());
    }

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new(Nothing, source.Secret.Contains(':', StringComparison.Ordinal)
            ? Proofs.AuthorizationOf(source.Secret)
            : ("Mailtrap-Signature", Convert.ToHexStringLower(Proofs.Hmac(Nothing, source.Secret))));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items().SelectMany(item => item.Get("events").ValueKind == JsonValueKind.Array ? item.Get("events").Items() : [item])
        let kind = item.Text("event")
        let reason = item.Text("reason")
        let category = item.Text("bounce_category")
        let suppressed = kind == "reject" && reason?.Contains("suppression", StringComparison.OrdinalIgnoreCase) == true
        let word = Word(kind, suppressed)
        where word is not null
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = item.Time("timestamp"),
            MessageKey = item.Text("message_id"),
            Recipient = item.Address("email"),
            Sender = source.Sender,
            ReplyCode = item.ReplyCode("response_code"),
            Reply = ServerReply.Bare(item.Text("response")) ?? reason,
            SourceVerdict = JsonFields.Words(kind, suppressed ? "suppressed" : category),
            Attempted = kind is not ("reject" or "suspension"),
            Tags = item.Text("category") is { Length: > 0 } tag ? [tag] : null,
            Source = $"{Name}/{source.Name}",
            EventId = item.Text("event_id"),
        };

    private static string? Word(string? kind, bool suppressed) => kind switch
    {
        "delivery" => "delivered",
        "soft bounce" or "soft_bounce" => "deferred",
        // The sender's domain is not verified: Mailtrap looks ten times more, then sends the mail or rejects it.
        "suspension" => "deferred",
        "bounce" => "bounced",
        "reject" => suppressed ? "bounced" : "rejected",
        "spam" => "complained",
        _ => null,
    };
}
