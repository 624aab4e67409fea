using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Postmark: one event a post, proven by basic authentication.</summary>
internal sealed class Postmark : IWebhookProvider
{
    public string Name => "postmark";

    public string SecretIs => "user:password, as in the address given to Postmark";

    // Stops at once; anything else is sent again for ten hours.
    public int HopelessStatus => StatusCodes.Status403Forbidden;

    public bool IsSecret(string secret) => secret.Length >= 16 && secret.Contains(':', StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        if (Word(body) is not { } word)
        {
            yield break;
        }

        var details = body.Text("Details");

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = body.Time("BouncedAt") ?? body.Time("DeliveredAt"),
            MessageKey = body.Text("MessageID"),
            Recipient = body.Text("Email") ?? body.Text("Recipient"),
            Sender = source.Sender,
            From = body.Text("From"),
            Subject = body.Text("Subject"),
            Reply = details?.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) == true ? details[5..] : details ?? body.Text("Description"),
            SourceVerdict = body.Text("Type") ?? body.Text("RecordType"),
            Source = $"{Name}/{source.Name}",
            EventId = body.Text("ID") is { } id ? $"{body.Text("RecordType")}/{id}" : null,
        };
    }

    private static string? Word(JsonElement body) => (body.Text("RecordType"), body.Text("Type")) switch
    {
        ("Delivery", _) => "delivered",
        ("SpamComplaint", _) or ("Bounce", "SpamComplaint") => "complained",
        ("Bounce", "Transient" or "DnsError") => "deferred",
        ("Bounce", "SMTPApiError") => "rejected",
        ("Bounce", "AutoResponder" or "AddressChange" or "ChallengeVerification" or "Subscribe" or "Unsubscribe" or "ManuallyDeactivated"
            or "OpenRelayTest") => null,
        ("Bounce", _) => "bounced",
        _ => null,
    };
}
