using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Twilio SendGrid's Event Webhook: an array of events, signed with ECDSA over time stamp and raw body.</summary>
internal sealed class SendGrid : IWebhookProvider
{
    private const string Stamp = "X-Twilio-Email-Event-Webhook-Timestamp";
    private const string Signature = "X-Twilio-Email-Event-Webhook-Signature";

    public string Name => "sendgrid";

    public string SecretIs => "the verification key (public key, base64) of the signed Event Webhook";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool NeedsSender => true;

    public SelfSigned SignSelf(WebhookSource source, DateTimeOffset now)
    {
        const string opened = """[{"event":"open"}]""";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var known = source with { Secret = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) };
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = key.SignData(Encoding.UTF8.GetBytes(stamp + opened), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        return new(
            new(opened, (Stamp, stamp), (Signature, Convert.ToBase64String(signature))),
            (post, cancellationToken) => VerifyAsync(post, known, cancellationToken));
    }

    public bool IsSecret(string secret) => TryKey(secret, out var key) && Dispose(key);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        var stamp = Encoding.UTF8.GetBytes(post.Headers[Stamp].ToString());
        var signature = Proofs.Base64(post.Headers[Signature]);

        if (signature is null || !TryKey(source.Secret, out var key))
        {
            return ValueTask.FromResult(WebhookProof.Refused);
        }

        using (key)
        {
            byte[] signed = [.. stamp, .. post.Body.Span];

            return ValueTask.FromResult(key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? WebhookProof.Proven
                : WebhookProof.Refused);
        }
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        body.Items().Select(item => (Item: item, Word: Word(item))).Where(read => read.Word is not null).Select(read => new SubmittedEvent
        {
            Event = read.Word,
            OccurredAt = read.Item.Time("timestamp"),
            // The part before the first dot names the message; what follows differs by recipient and server.
            MessageKey = read.Item.Text("sg_message_id")?.Split('.')[0],
            MessageId = read.Item.Text("smtp-id"),
            Recipient = read.Item.Address("email"),
            Sender = source.Sender,
            Reply = read.Item.Text("response") ?? read.Item.Text("reason"),
            // Of a dropped message the status is SendGrid's own and no server's.
            EnhancedCode = read.Item.Text("event") == "dropped" ? null : read.Item.Enhanced("status"),
            SourceVerdict = JsonFields.Words(
                read.Item.Text("event"), read.Item.Text("type"), read.Item.Text("bounce_classification"),
                read.Item.Text("event") == "dropped" ? read.Item.Text("reason") : null),
            AttemptNumber = read.Item.Attempt("attempt"),
            Attempted = read.Item.Text("event") != "dropped",
            Source = $"{Name}/{source.Name}",
            EventId = read.Item.Text("sg_event_id"),
        });

    private static string? Word(JsonElement item) => (item.Text("event"), item.Text("type")) switch
    {
        ("processed", _) => "accepted",
        ("deferred", _) => "deferred",
        ("delivered", _) => "delivered",
        ("bounce", "expired") => "expired",
        ("bounce", _) => "bounced",
        ("dropped", _) when IsSuppressed(item.Text("reason")) => "bounced",
        ("dropped", _) => "rejected",
        ("spamreport", _) => "complained",
        _ => null,
    };

    /// <summary>SendGrid did not try: the address is on one of its lists.</summary>
    private static bool IsSuppressed(string? reason) =>
        reason is not null && (reason.StartsWith("Bounced", StringComparison.OrdinalIgnoreCase)
            || reason.StartsWith("Spam Report", StringComparison.OrdinalIgnoreCase)
            || reason.StartsWith("Unsubscribed", StringComparison.OrdinalIgnoreCase));

    private static bool TryKey(string text, out ECDsa key)
    {
        key = ECDsa.Create();

        try
        {
            key.ImportSubjectPublicKeyInfo(Proofs.Base64(text) ?? [], out _);

            return true;
        }
        catch (CryptographicException)
        {
            key.Dispose();

            return false;
        }
    }

    private static bool Dispose(ECDsa key)
    {
        key.Dispose();

        return true;
    }
}
