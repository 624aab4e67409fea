using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Mailgun: one event a post, an HMAC over time stamp and token. The body is not signed: a token proves the first body it
/// came with and repetitions of that one, nothing else, and none that is old. The store keeps which, for all processes.
/// </summary>
internal sealed class Mailgun(IWebhookTokenStore tokens) : IWebhookProvider
{
    // Mailgun tries for eight hours.
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(12);

    public string Name => "mailgun";

    public string SecretIs => "the HTTP webhook signing key";

    public bool IsSecret(string secret) => secret.Length >= 16;

    public async ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(post.Body);

            return TokenOf(document.RootElement.Get("signature"), post, source) is { } token && await UseAsync(source.Id + token, post, cancellationToken)
                ? WebhookProof.Proven
                : WebhookProof.Refused;
        }
        catch (JsonException)
        {
            // The signature stands in the body: without a body that can be read there is none.
            return WebhookProof.Refused;
        }
    }

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address)
    {
        var (stamp, token) = (now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Guid.NewGuid().ToString("N"));
        var signature = Convert.ToHexStringLower(Proofs.Hmac(stamp + token, source.Secret));

        return new($$$"""{"signature":{"timestamp":"{{{stamp}}}","token":"{{{token}}}","signature":"{{{signature}}}"},"event-data":{"event":"opened"}}""");
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var data = body.Get("event-data");
        var (message, status, reject) = (data.Get("message"), data.Get("delivery-status"), data.Get("reject"));
        var (headers, flags) = (message.Get("headers"), data.Get("flags"));
        var reason = data.Text("reason");

        // What a route of Mailgun's passes on came from outside.
        if (flags.Get("is-routed").ValueKind == JsonValueKind.True || Word(data, reason) is not { } word)
        {
            yield break;
        }

        var at = data.Time("timestamp");
        var recipient = data.Address("recipient");

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = at,
            MessageId = headers.Text("message-id"),
            Recipient = recipient,
            // A refused message has not been taken apart into its recipients yet.
            Recipients = recipient is null && word == "rejected" ? AddressFields.InHeader(headers.Text("to")) : null,
            Sender = data.Get("envelope").Address("sender"),
            From = headers.Text("from"),
            Subject = headers.Text("subject"),
            RemoteHost = status.Text("mx-host"),
            ReplyCode = status.ReplyCode("code"),
            EnhancedCode = status.Enhanced("enhanced-code"),
            Reply = First(status.Text("message"), status.Text("description"), reject.Text("reason"), reject.Text("description")),
            SourceVerdict = JsonFields.Words(data.Text("event"), data.Text("severity"), reason),
            AttemptNumber = status.Attempt("attempt-no"),
            Attempted = !IsSuppressed(reason) && flags.Get("is-delayed-bounce").ValueKind != JsonValueKind.True,
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
        ("failed", _, _) when IsSuppressed(reason) => "bounced",
        ("failed", "temporary", _) => "deferred",
        ("failed", _, "old" or "expired") => "expired",
        ("failed", _, _) => "bounced",
        ("rejected", _, _) => "rejected",
        ("complained", _, _) => "complained",
        _ => null,
    };

    /// <summary>Mailgun did not try: the address is on one of its lists.</summary>
    private static bool IsSuppressed(string? reason) => reason?.StartsWith("suppress-", StringComparison.Ordinal) == true;

    private static string? First(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The token of a right signature that is not too old.</summary>
    private static string? TokenOf(JsonElement signature, WebhookPost post, WebhookSource source)
    {
        if (signature.Text("timestamp") is not { } stamp || signature.Text("token") is not { } token || signature.Text("signature") is not { } given
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0 or > 253_402_300_799
            || (post.Now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Oldest)
        {
            return null;
        }

        var wanted = HMACSHA256.HashData(Encoding.UTF8.GetBytes(source.Secret), Encoding.UTF8.GetBytes(stamp + token));

        var signed = Convert.ToHexStringLower(wanted);

        // Of a subaccount's events the parent account's key signs beside the subaccount's.
        return Proofs.Same(given, signed) || Proofs.Same(signature.Text("parent-signature"), signed) ? token : null;
    }

    /// <summary>Kept for as long as a post with it may come.</summary>
    private Task<bool> UseAsync(string token, WebhookPost post, CancellationToken cancellationToken) =>
        tokens.UseAsync(Hash(Encoding.UTF8.GetBytes(token)), Hash(post.Body.Span), post.Now, post.Now + 2 * Oldest, cancellationToken);

    private static Guid Hash(ReadOnlySpan<byte> bytes) => new(SHA256.HashData(bytes).AsSpan(0, 16));
}
