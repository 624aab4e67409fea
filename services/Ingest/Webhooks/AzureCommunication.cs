using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Azure Communication Services through Event Grid: an array of events in Event Grid's schema, or CloudEvents. Not signed: proven by an
/// <c>Authorization</c> header that the subscription sends, or by <c>?key=</c> in its address. A new subscription asks for its code back.
/// </summary>
internal sealed class AzureCommunication : IWebhookProvider
{
    private const string Validation = "Microsoft.EventGrid.SubscriptionValidationEvent";

    public string Name => "azure";

    public string SecretIs => "the key at the end of the address (?key=…), or the bearer token of the subscription's Authorization header";

    /// <summary>Event Grid's posts have a megabyte at most; twice as much for its framing.</summary>
    public int MaxBytes => 2 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        if (!Proofs.Same(post.Query["key"], source.Secret) && Proofs.Authorization(post.Headers, source.Secret) != WebhookProof.Proven)
        {
            return ValueTask.FromResult(WebhookProof.Asked);
        }

        try
        {
            using var document = JsonDocument.Parse(post.Body);

            return ValueTask.FromResult(HandshakeAnswer(document.RootElement) is null ? WebhookProof.Proven : WebhookProof.Handshake);
        }
        catch (JsonException)
        {
            // Proven all the same; that it is no JSON is told when it is read.
            return ValueTask.FromResult(WebhookProof.Proven);
        }
    }

    public string? HandshakeAnswer(JsonElement body) =>
        body.Items().Where(item => item.Text("eventType") == Validation).Select(item => item.Get("data").Text("validationCode")).FirstOrDefault();

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("[]", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        where (item.Text("eventType") ?? item.Text("type")) == "Microsoft.Communication.EmailDeliveryReportReceived"
        let data = item.Get("data")
        let details = data.Get("deliveryStatusDetails")
        let status = data.Text("status")
        let word = Word(status)
        where word is not null
        let suppressed = status == "Suppressed"
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = data.Time("deliveryAttemptTimestamp") ?? data.Time("deliveryAttemptTimeStamp") ?? item.Time("eventTime") ?? item.Time("time"),
            MessageKey = data.Text("messageId"),
            MessageId = data.Text("internetMessageId"),
            Recipient = data.Address("recipient"),
            From = data.Text("sender"),
            RemoteHost = details.Text("recipientMailServerHostName"),
            Reply = suppressed ? null : ServerReply.Bare(details.Text("statusMessage")),
            SourceVerdict = status,
            Attempted = !suppressed,
            Source = $"{Name}/{source.Name}",
            EventId = item.Text("id"),
        };

    private static string? Word(string? status) => status switch
    {
        "OutForDelivery" => "accepted",
        // A list that the receiver has spread to its members took the mail.
        "Delivered" or "Expanded" => "delivered",
        "Bounced" or "Suppressed" or "Quarantined" or "FilteredSpam" or "Failed" => "bounced",
        _ => null,
    };
}
