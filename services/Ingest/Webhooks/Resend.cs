using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Resend: one event a post, signed by Svix over id, time stamp and raw body. An event is of the mail, and lists all its recipients.</summary>
internal sealed class Resend : IWebhookProvider
{
    private const string Prefix = "whsec_";

    /// <summary>How far a time stamp may be from now, as in Svix' own libraries: each retry is signed anew.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public string Name => "resend";

    public string SecretIs => "the webhook's signing secret (whsec_…)";

    public bool IsSecret(string secret) => Key(secret) is { Length: >= 16 };

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(IsSigned(post, source.Secret) ? WebhookProof.Proven : WebhookProof.Refused);

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address)
    {
        const string body = """{"type":"email.opened","data":{}}""";
        var (id, stamp) = ("msg_" + Guid.NewGuid().ToString("N"), now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

        return new(
            body, ("svix-id", id), ("svix-timestamp", stamp), ("svix-signature", Signature(id, stamp, Encoding.UTF8.GetBytes(body), Key(source.Secret)!)));
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var (type, data) = (body.Text("type"), body.Get("data"));
        var (bounce, failed) = (data.Get("bounce"), data.Get("failed"));
        var suppressed = IsSuppressed(type, bounce);

        if (Word(type) is not { } word)
        {
            yield break;
        }

        // What Resend writes itself ("The recipient's email provider sent a hard bounce message …") is no server's reply.
        var reply = bounce.Get("diagnosticCode").Items().Append(bounce.Get("message")).Select(text => ServerReply.In(text.AsText())).FirstOrDefault(
            text => text is not null);

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = body.Time("created_at"),
            AcceptedAt = data.Time("created_at"),
            MessageKey = data.Text("email_id"),
            MessageId = data.Text("message_id"),
            Recipients = Recipients(data, reply),
            From = data.Text("from"),
            Subject = data.Text("subject"),
            Reply = reply,
            SourceVerdict = suppressed
                ? JsonFields.Words(type, "Suppressed")
                : JsonFields.Words(type, bounce.Text("type") ?? HardInWords(bounce), bounce.Text("subType") ?? failed.Text("reason")),
            Attempted = !suppressed && word != "rejected",
            Source = $"{Name}/{source.Name}",
        };
    }

    private static string? Word(string? type) => type switch
    {
        "email.sent" => "accepted",
        "email.delivered" => "delivered",
        "email.delivery_delayed" => "deferred",
        "email.bounced" or "email.suppressed" => "bounced",
        // Resend's own refusal: a quota, a domain that is not verified.
        "email.failed" => "rejected",
        "email.complained" => "complained",
        _ => null,
    };

    private static bool IsSuppressed(string? type, JsonElement bounce) =>
        type == "email.suppressed"
        || bounce.Text("subType") is "Suppressed" or "OnAccountSuppressionList"
        || bounce.Text("message")?.Contains("suppressed sending", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Older posts tell the kind in words only.</summary>
    private static string? HardInWords(JsonElement bounce) =>
        bounce.Text("message")?.Contains("hard bounce", StringComparison.OrdinalIgnoreCase) == true ? "Permanent" : null;

    /// <summary>All of the mail's, or those that the reply names: one refused address says nothing of the others.</summary>
    private static List<string> Recipients(JsonElement data, string? reply)
    {
        List<string> all =
        [
            .. data.Get("to").Items().Concat(data.Get("cc").Items()).Concat(data.Get("bcc").Items())
                .Select(address => address.AsAddress() ?? "").Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        var named = all.Where(address => address.Length > 0 && reply?.Contains(address, StringComparison.OrdinalIgnoreCase) == true).ToList();

        return named.Count > 0 ? named : all;
    }

    private static bool IsSigned(WebhookPost post, string secret)
    {
        if (post.Headers["svix-id"] is not [{ Length: > 0 } id] || post.Headers["svix-timestamp"] is not [{ Length: > 0 } stamp]
            || Key(secret) is not { } key
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799
            || (post.Now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return false;
        }

        var wanted = Signature(id, stamp, post.Body.Span, key);

        // While a secret is changed, there is a signature by each.
        return post.Headers["svix-signature"].ToString().Split([' ', ',']).Chunk(2).Take(8)
            .Any(signature => Proofs.Same(string.Join(',', signature), wanted));
    }

    private static string Signature(string id, string stamp, ReadOnlySpan<byte> body, byte[] key)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{stamp}."), .. body];

        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    private static byte[]? Key(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) ? Proofs.Base64(secret[Prefix.Length..]) : null;
}
