using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Postal: one event a post, signed with RSA (SHA-256) over the raw body. The reply's code stands in <c>output</c>, cut to 250 characters.</summary>
internal sealed partial class Postal : IWebhookProvider
{
    private const string Signature = "X-Postal-Signature-256";
    private const int KeyBits = 2048;

    public string Name => "postal";

    public string SecretIs => "the installation's public key (PEM, or base64)";

    public SelfSigned SignSelf(WebhookSource source, DateTimeOffset now)
    {
        const string opened = """{"event":"MessageLoaded","payload":{}}""";
        using var key = RSA.Create(KeyBits);
        var known = source with { Secret = key.ExportSubjectPublicKeyInfoPem() };
        var signature = key.SignData(Encoding.UTF8.GetBytes(opened), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        return new(
            new(opened, (Signature, Convert.ToBase64String(signature))), (post, cancellationToken) => VerifyAsync(post, known, cancellationToken));
    }

    public bool IsSecret(string secret)
    {
        using var key = Key(secret);

        return key is not null;
    }

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        using var key = Key(source.Secret);
        var signature = Proofs.Base64(post.Headers[Signature]);

        return ValueTask.FromResult(key is not null && signature is not null
            && key.VerifyData(post.Body.Span, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? WebhookProof.Proven
                : WebhookProof.Refused);
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var payload = body.Get("payload");
        // Some versions post what came back for a message under another name.
        var kind = payload.Get("bounce").ValueKind == JsonValueKind.Object ? "MessageBounced" : body.Text("event");
        var details = payload.Text("details");
        var message = kind == "MessageBounced" ? payload.Get("original_message") : payload.Get("message");

        if (Word(kind, details) is not { } word || message.Text("direction") == "incoming")
        {
            yield break;
        }

        // Numbers count from 1 in each of an installation's servers; a token is used once.
        var key = message.Text("token") ?? message.Text("id");

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = payload.Time("timestamp") ?? body.Time("timestamp"),
            AcceptedAt = message.Time("timestamp"),
            MessageKey = key is { Length: > 0 } ? $"{Name}/{source.Name}/{key}" : null,
            QueueId = message.Text("id"),
            MessageId = message.Text("message_id"),
            Recipient = message.Address("to"),
            // The envelope's, as in Postal's own database.
            Sender = message.Address("from"),
            Subject = message.Text("subject"),
            RemoteHost = details is not null && Accepted().Match(details) is { Success: true } host ? host.Groups["host"].Value : null,
            Reply = payload.Text("output") is { Length: > 0 } output ? output : details,
            SourceVerdict = JsonFields.Words(kind, payload.Text("status")),
            Attempted = kind is "MessageSent" or "MessageDelayed" || (kind == "MessageDeliveryFailed" && word == "bounced"),
            Source = $"{Name}/{source.Name}",
            EventId = body.Text("uuid"),
        };
    }

    private static string? Word(string? kind, string? details) => kind switch
    {
        "MessageSent" => "delivered",
        "MessageDelayed" => "deferred",
        // Waits for somebody to release it.
        "MessageHeld" => "deferred",
        "MessageDeliveryFailed" when details?.Contains("number of delivery attempts", StringComparison.OrdinalIgnoreCase) == true => "expired",
        "MessageDeliveryFailed" or "MessageBounced" => "bounced",
        _ => null,
    };

    /// <summary><c>Message for ann@example.net accepted by mx.example.net (198.51.100.7)</c></summary>
    [GeneratedRegex(@" accepted by (?<host>[^\s()]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Accepted();

    private static RSA? Key(string secret)
    {
        var key = RSA.Create();

        try
        {
            if (secret.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                key.ImportFromPem(secret);
            }
            else
            {
                key.ImportSubjectPublicKeyInfo(Proofs.Base64(secret) ?? [], out _);
            }

            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();

            return null;
        }
    }
}
