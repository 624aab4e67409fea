using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Replies;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Mailgun: one event a post, an HMAC over time stamp and token. The body is not signed: a token proves the first body it
/// came with and repetitions of that one, nothing else, and none that is old.
/// </summary>
internal sealed class Mailgun : IWebhookProvider
{
    // Mailgun tries for eight hours.
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(12);

    private readonly UsedTokens _tokens = new(Oldest);

    public string Name => "mailgun";

    public string SecretIs => "the HTTP webhook signing key";

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(post.Body);

            return ValueTask.FromResult(Verify(document.RootElement.Get("signature"), post, source) ? WebhookProof.Proven : WebhookProof.Refused);
        }
        catch (JsonException)
        {
            // The signature stands in the body: without a body that can be read there is none.
            return ValueTask.FromResult(WebhookProof.Refused);
        }
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var data = body.Get("event-data");
        var (message, status) = (data.Get("message"), data.Get("delivery-status"));
        var headers = message.Get("headers");
        var reason = data.Text("reason");

        if (Word(data, reason) is not { } word)
        {
            yield break;
        }

        var at = data.Time("timestamp");

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = at,
            MessageId = headers.Text("message-id"),
            Recipient = data.Text("recipient"),
            Sender = data.Get("envelope").Text("sender") ?? source.Sender,
            From = headers.Text("from"),
            Subject = headers.Text("subject"),
            RemoteHost = status.Text("mx-host"),
            ReplyCode = status.ReplyCode("code"),
            EnhancedCode = status.Enhanced("enhanced-code"),
            Reply = status.Text("message") is { Length: > 0 } text ? text : status.Text("description"),
            SourceVerdict = string.Join('/', new[] { data.Text("event"), data.Text("severity"), reason }.Where(part => part is not null)),
            AttemptNumber = status.Attempt("attempt-no"),
            Attempted = reason?.StartsWith("suppress-", StringComparison.Ordinal) != true,
            Bytes = message.Whole("size"),
            Source = $"{Name}/{source.Name}",
            // Unique within a day only.
            EventId = data.Text("id") is { } id && at is { } day ? string.Create(CultureInfo.InvariantCulture, $"{day:yyyyMMdd}/{id}") : null,
        };
    }

    private static string? Word(JsonElement data, string? reason) => (data.Text("event"), data.Text("severity"), reason) switch
    {
        ("accepted", _, _) => "accepted",
        ("delivered", _, _) => "delivered",
        ("failed", "temporary", _) => "deferred",
        ("failed", _, "old" or "expired") => "expired",
        ("failed", _, _) => "bounced",
        ("rejected", _, _) => "rejected",
        ("complained", _, _) => "complained",
        _ => null,
    };

    private bool Verify(JsonElement signature, WebhookPost post, WebhookSource source)
    {
        if (signature.Text("timestamp") is not { } stamp || signature.Text("token") is not { } token || signature.Text("signature") is not { } given
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0 or > 253_402_300_799
            || (post.Now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Oldest)
        {
            return false;
        }

        var wanted = HMACSHA256.HashData(Encoding.UTF8.GetBytes(source.Secret), Encoding.UTF8.GetBytes(stamp + token));

        return Proofs.Same(given, Convert.ToHexStringLower(wanted)) && _tokens.Proves(source.Id + token, post.Body.Span, post.Now);
    }
}
