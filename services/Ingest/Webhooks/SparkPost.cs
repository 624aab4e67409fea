using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>SparkPost (Bird): an array of events, each in an envelope by class; numbers are texts. A ping has no class.</summary>
internal sealed class SparkPost : IWebhookProvider
{
    public string Name => "sparkpost";

    public string SecretIs => "user:password of basic authentication, or a bearer token";

    /// <summary>Many events in one post: as many bytes as a request of our own API may have.</summary>
    public int MaxBytes => 16 * 1024 * 1024;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("""[{"msys":{}}]""", Proofs.AuthorizationOf(source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        let envelope = item.Get("msys")
        where envelope.ValueKind == JsonValueKind.Object
        from kind in envelope.EnumerateObject()
        let data = kind.Value
        let type = data.Text("type")
        let suppressed = IsSuppressed(type, data)
        let word = Word(type, data.Text("bounce_class"))
        where word is not null
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = data.Time("timestamp"),
            MessageKey = data.Text("message_id") ?? data.Text("transmission_id"),
            Recipient = data.Address("raw_rcpt_to") ?? data.Address("rcpt_to"),
            Sender = data.Address("msg_from"),
            From = data.Text("friendly_from"),
            Subject = data.Text("subject"),
            ReplyCode = data.ReplyCode("error_code"),
            Reply = data.Text("raw_reason") ?? data.Text("reason"),
            SourceVerdict = JsonFields.Words(type, suppressed ? "suppressed" : data.Text("bounce_class")),
            Bytes = data.Whole("msg_size"),
            AttemptNumber = type is "delivery" or "delay" or "bounce" && !suppressed ? data.Attempt("num_retries", 1) : null,
            // A late bounce comes back as mail, long after the attempt; of the others no server was asked.
            Attempted = !suppressed && type is not ("out_of_band" or "generation_rejection" or "generation_failure" or "policy_rejection"),
            Source = $"{Name}/{source.Name}",
            EventId = data.Text("event_id"),
        };

    /// <summary>SparkPost did not try: the address is on its list or on the sender's. It tells so as a bounce of the class "admin failure".</summary>
    private static bool IsSuppressed(string? type, JsonElement data) =>
        type == "bounce" && data.Text("bounce_class") == "25"
        && (data.Text("raw_reason") ?? data.Text("reason"))?.Contains("suppressed", StringComparison.OrdinalIgnoreCase) == true;

    private static string? Word(string? type, string? bounceClass) => (type, bounceClass) switch
    {
        ("injection", _) => "accepted",
        ("delivery", _) => "delivered",
        ("delay", _) => "deferred",
        // Automatic answers, requests to subscribe and to unsubscribe.
        ("bounce" or "out_of_band", "60" or "80" or "90") => null,
        ("bounce" or "out_of_band" or "generation_rejection", _) => "bounced",
        ("policy_rejection" or "generation_failure", _) => "rejected",
        ("spam_complaint", _) => "complained",
        _ => null,
    };
}
