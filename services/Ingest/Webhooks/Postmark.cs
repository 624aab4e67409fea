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

    public bool NeedsSender => true;

    public bool IsSecret(string secret) => secret.Length >= 16 && secret.Contains(':', StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("""{"RecordType":"Open","MessageID":"00000000-0000-0000-0000-000000000000"}""", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        if (Word(body) is not { } word)
        {
            yield break;
        }

        var details = body.Text("Details");
        var id = body.Text("ID");

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = body.Time("BouncedAt") ?? body.Time("DeliveredAt"),
            // A bounce whose message Postmark could not tell has an id of noughts alone, which is no message's.
            MessageKey = body.Text("MessageID") is { } key && key.AsSpan().ContainsAnyExcept("0-") ? key : id is null ? null : $"{Name}/{source.Name}/{id}",
            Recipient = body.Address("Email") ?? body.Address("Recipient"),
            Sender = source.Sender,
            From = body.Text("From"),
            Subject = body.Text("Subject"),
            Reply = details is not { Length: > 0 } ? body.Text("Description")
                : details.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) ? details[5..]
                : details,
            SourceVerdict = body.Text("Type") ?? body.Text("RecordType"),
            Attempted = body.Text("Type") is not ("BadEmailAddress" or "SMTPApiError" or "TemplateRenderingFailed"),
            Source = $"{Name}/{source.Name}",
            EventId = id is null ? null : $"{body.Text("RecordType")}/{id}",
        };
    }

    // Subscriptions, automatic answers, inbound mail and changes by hand come as bounces too, and are none.
    private static string? Word(JsonElement body) => (body.Text("RecordType"), body.Text("Type")) switch
    {
        ("Delivery", _) => "delivered",
        ("SpamComplaint", _) or ("Bounce", "SpamComplaint") => "complained",
        ("Bounce", "Transient" or "DnsError") => "deferred",
        ("Bounce", "SMTPApiError" or "TemplateRenderingFailed") => "rejected",
        ("Bounce", "AutoResponder" or "AddressChange" or "ChallengeVerification" or "Subscribe" or "Unsubscribe" or "Unconfirmed"
            or "ManuallyDeactivated" or "OpenRelayTest" or "InboundError") => null,
        ("Bounce", _) => "bounced",
        _ => null,
    };
}
