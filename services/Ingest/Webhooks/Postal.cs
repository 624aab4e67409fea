using System.Security.Cryptography;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Postal: one event a post, signed with RSA (SHA-256) over the raw body. The reply's code stands in <c>output</c>, cut to 250 characters.</summary>
internal sealed class Postal : IWebhookProvider
{
    public string Name => "postal";

    public string SecretIs => "the installation's public key (PEM, or base64)";

    public bool IsSecret(string secret)
    {
        using var key = Key(secret);

        return key is not null;
    }

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        using var key = Key(source.Secret);
        var signature = Proofs.Base64(post.Headers["X-Postal-Signature-256"]);

        return ValueTask.FromResult(key is not null && signature is not null
            && key.VerifyData(post.Body.Span, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? WebhookProof.Proven
                : WebhookProof.Refused);
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        var payload = body.Get("payload");
        var kind = body.Text("event");
        var message = kind == "MessageBounced" ? payload.Get("original_message") : payload.Get("message");

        if (Word(kind) is not { } word || message.Text("direction") == "incoming")
        {
            yield break;
        }

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = payload.Time("timestamp") ?? body.Time("timestamp"),
            AcceptedAt = message.Time("timestamp"),
            // Numbers of an installation's own; another one counts from 1 as well.
            MessageKey = message.Text("id") is { } id ? $"{Name}/{source.Name}/{id}" : null,
            QueueId = message.Text("id"),
            MessageId = message.Text("message_id"),
            Recipient = message.Text("to"),
            Sender = source.Sender,
            From = message.Text("from"),
            Subject = message.Text("subject"),
            Reply = payload.Text("output") is { Length: > 0 } output ? output : payload.Text("details"),
            SourceVerdict = payload.Text("status") is { } status ? $"{kind}/{status}" : kind,
            Attempted = kind != "MessageHeld",
            Source = $"{Name}/{source.Name}",
            EventId = body.Text("uuid"),
        };
    }

    private static string? Word(string? kind) => kind switch
    {
        "MessageSent" => "delivered",
        "MessageDelayed" => "deferred",
        // Waits for somebody to release it.
        "MessageHeld" => "deferred",
        "MessageDeliveryFailed" or "MessageBounced" => "bounced",
        _ => null,
    };

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
