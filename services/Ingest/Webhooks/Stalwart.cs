using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Stalwart's webhook: a list of telemetry events, signed with an HMAC over the raw body. An event also carries the fields of the
/// attempt that it is part of, all its recipients among them, and gets a new id each time it is sent. So events are told apart by
/// what happened, and one that does not name its own recipient is used only where the attempt has one: for the others
/// <c>rcpt-to-rejected</c> and <c>dsn-…</c> tell of each recipient.
/// </summary>
internal sealed partial class Stalwart : IWebhookProvider
{
    /// <summary>A post with nothing to count.</summary>
    private const string Nothing = """{"events":[]}""";

    public string Name => "stalwart";

    public string SecretIs => "the webhook's signature key";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.HasHmac(post.Body.Span, source.Secret, Proofs.Base64(post.Headers["X-Signature"]))
            ? WebhookProof.Proven
            : WebhookProof.Refused);

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new(Nothing, ("X-Signature", Convert.ToBase64String(Proofs.Hmac(Nothing, source.Secret))));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Get("events").Items()
        let data = item.Get("data")
        let type = item.Text("type")
        let reply = ReplyOf(data)
        let word = Word(type, reply, data)
        let recipients = data.Get("to").Items().Select(recipient => recipient.AsAddress() ?? "").ToList()
        where word is not null && (recipients.Count < 2 || word == "accepted")
        let told = type!.StartsWith("delivery.dsn-", StringComparison.Ordinal)
        let queueId = data.Text("queueId")
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = item.Time("createdAt"),
            MessageKey = queueId is not null ? $"{Name}/{source.Name}/{queueId}" : null,
            QueueId = queueId,
            MessageId = data.Text("messageId"),
            Recipients = recipients,
            Sender = data.Address("from"),
            RemoteHost = data.Text("hostname"),
            ReplyCode = reply.Code,
            EnhancedCode = reply.Enhanced,
            Reply = word == "accepted" ? null : reply.Text,
            SourceVerdict = type,
            Bytes = data.Whole("size"),
            // The notice tells again what an event of the attempt has told, unless no server was reached.
            Attempted = word switch { "accepted" or "expired" => false, "deferred" => !told || !reply.IsReply, _ => true },
            Local = data.Text("hostname") is "localhost",
            Source = $"{Name}/{source.Name}",
            // A recipient of a message is delivered once and fails once, however many events tell of it.
            EventId = word is "delivered" or "bounced" or "expired" && queueId is not null ? $"{queueId}/{(word == "delivered" ? word : "failed")}" : null,
        };

    private static string? Word(string? type, in Told reply, JsonElement data) => type switch
    {
        "queue.queue-message" or "queue.queue-message-authenticated" => "accepted",
        "delivery.delivered" or "delivery.dsn-success" => "delivered",
        "delivery.dsn-temp-fail" => "deferred",
        "delivery.dsn-perm-fail" => IsGivenUp(reply, data) ? "expired" : "bounced",
        "delivery.rcpt-to-rejected" or "delivery.message-rejected" or "delivery.mail-from-rejected" => reply.Code is >= 500 ? "bounced" : "deferred",
        _ => null,
    };

    /// <summary>After retries, without a permanent reply.</summary>
    private static bool IsGivenUp(in Told reply, JsonElement data) => reply.Code switch
    {
        >= 500 => false,
        >= 400 => true,
        _ => data.Whole("total") > 0,
    };

    /// <summary>
    /// What the server said: in fields of its own, in the event that was the cause (MAIL FROM, DATA), or within a text like
    /// <c>Unexpected response for RCPT TO:&lt;ann@example.net&gt;: Code: 550, Enhanced code: 5.1.1, Message: no such user</c>.
    /// </summary>
    private static Told ReplyOf(JsonElement data)
    {
        var cause = data.Get("causedBy").Get("data");
        var text = data.Text("details") ?? data.Text("reason");

        if (data.ReplyCode("code") is { } code)
        {
            return new(code, null, text, true);
        }

        if (cause.ReplyCode("code") is { } inner)
        {
            return new(inner, null, cause.Text("reason") ?? cause.Text("details"), true);
        }

        text ??= JsonFields.Words(cause.Text("details"), cause.Text("reason")) is { Length: > 0 } words ? words : data.Text("causedBy");

        if (text is null || ReplyInText().Match(text) is not { Success: true } found)
        {
            return new(null, null, text, false);
        }

        var enhanced = found.Groups["enhanced"].Value;
        enhanced = enhanced.Length > 0 && enhanced[0] != '0' ? enhanced : null;

        return new(
            int.Parse(found.Groups["code"].Value, CultureInfo.InvariantCulture), enhanced,
            JsonFields.Join(' ', found.Groups["code"].Value, enhanced, found.Groups["text"].Value.Trim()), true);
    }

    [GeneratedRegex(
        @"\bCode: (?<code>[2-5]\d\d)(?:, Enhanced code: (?<enhanced>\d\.\d{1,3}\.\d{1,3}))?(?:, Message: (?<text>.*))?", RegexOptions.Singleline, 1000)]
    private static partial Regex ReplyInText();

    /// <param name="Code">The reply's code.</param>
    /// <param name="Enhanced">Its enhanced code, where it stands apart from the text.</param>
    /// <param name="Text">The reply, or what went wrong where there is none.</param>
    /// <param name="IsReply">True when a server said it.</param>
    private readonly record struct Told(int? Code, string? Enhanced, string? Text, bool IsReply);
}
