using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>SparkPost (Bird): an array of events, each in an envelope by class; numbers are texts. A ping has no class.</summary>
internal sealed class SparkPost : IWebhookProvider
{
    public string Name => "sparkpost";

    public string SecretIs => "user:password of basic authentication, or a bearer token";

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from item in body.Items()
        let envelope = item.Get("msys")
        where envelope.ValueKind == JsonValueKind.Object
        from kind in envelope.EnumerateObject()
        let data = kind.Value
        let word = Word(data.Text("type"))
        where word is not null
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = data.Time("timestamp"),
            MessageKey = data.Text("message_id") ?? data.Text("transmission_id"),
            Recipient = data.Text("raw_rcpt_to") ?? data.Text("rcpt_to"),
            Sender = data.Text("msg_from") ?? source.Sender,
            From = Address(data.Text("friendly_from")),
            Subject = data.Text("subject"),
            ReplyCode = data.ReplyCode("error_code"),
            Reply = data.Text("raw_reason") ?? data.Text("reason"),
            SourceVerdict = data.Text("bounce_class") is { } bounceClass ? $"{data.Text("type")}/{bounceClass}" : data.Text("type"),
            Bytes = data.Whole("msg_size"),
            AttemptNumber = data.Attempt("num_retries", 1),
            Attempted = data.Text("type") != "generation_rejection",
            Source = $"{Name}/{source.Name}",
            EventId = data.Text("event_id"),
        };

    private static string? Word(string? type) => type switch
    {
        "injection" => "accepted",
        "delivery" => "delivered",
        "delay" => "deferred",
        "bounce" or "out_of_band" or "generation_rejection" => "bounced",
        "policy_rejection" or "generation_failure" => "rejected",
        "spam_complaint" => "complained",
        _ => null,
    };

    // A template's From may hold anything; the envelope's sender is there in any case.
    private static string? Address(string? from) => from is not null && EmailAddress.ReadHeader(from, out _) is not null ? from : null;
}
