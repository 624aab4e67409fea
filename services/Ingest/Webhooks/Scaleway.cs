using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Scaleway Transactional Email through Scaleway Topics and Events, which speaks as Amazon SNS does: the event is a text within a signed
/// envelope.
/// </summary>
internal sealed class Scaleway(SnsEnvelope envelopes) : IWebhookProvider
{
    // Never asked for: the certificate of a test is known to who tests.
    private const string OwnCertificate = "https://messaging.s3.fr-par.scw.cloud/test.pem";

    public string Name => "scaleway";

    public string SecretIs => "the ARN of the topic (arn:scw:sns:…)";

    public bool IsSecret(string secret) => secret.StartsWith("arn:scw:sns:", StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        envelopes.VerifyAsync(post.Body, source.Secret, SnsHosts.Scaleway, cancellationToken);

    public SelfSigned SignSelf(WebhookSource source, DateTimeOffset now) => envelopes.SignSelf(source.Secret, SnsHosts.Scaleway, OwnCertificate, now);

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        if (body.Text("Message") is not { } text || !text.AsSpan().TrimStart().StartsWith("{"))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(text);

            return [.. ReadEvent(document.RootElement, source)];
        }
        catch (JsonException)
        {
            return [new SubmittedEvent { Event = "unreadable" }];
        }
    }

    private IEnumerable<SubmittedEvent> ReadEvent(JsonElement data, WebhookSource source)
    {
        var type = data.Text("type");
        var headers = data.Get("email_headers");

        if (Word(type) is not { } word)
        {
            yield break;
        }

        yield return new SubmittedEvent
        {
            Event = word,
            OccurredAt = data.Time("created_at"),
            AcceptedAt = data.Time("email_queued_at"),
            MessageKey = data.Text("email_id"),
            MessageId = Header(headers, "Message-ID"),
            Recipients = [.. data.Get("email_to").Items().Select(address => address.AsAddress() ?? "")],
            From = data.Text("email_from"),
            Subject = Header(headers, "Subject"),
            ReplyCode = word == "accepted" ? null : data.ReplyCode("email_response_code"),
            Reply = word == "accepted" ? null : data.Text("email_response_message") ?? data.Text("email_error"),
            SourceVerdict = type,
            AttemptNumber = word is "delivered" or "deferred" or "bounced" ? data.Attempt("email_try_count") : null,
            Attempted = type != "email_blocklisted",
            Source = $"{Name}/{source.Name}",
            EventId = data.Text("id"),
        };
    }

    private static string? Word(string? type) => type switch
    {
        "email_queued" => "accepted",
        "email_delivered" => "delivered",
        "email_deferred" => "deferred",
        // "Spam" is what Scaleway or the receiving server took the mail for; of people's complaints Scaleway tells nothing.
        "email_dropped" or "email_mailbox_not_found" or "email_spam" or "email_blocklisted" => "bounced",
        _ => null,
    };

    /// <summary>Headers come as objects of key and value.</summary>
    private static string? Header(JsonElement headers, string name) =>
        headers.ValueKind == JsonValueKind.Array
            ? headers.Items().FirstOrDefault(header => string.Equals(header.Text("key"), name, StringComparison.OrdinalIgnoreCase)).Text("value")
            : headers.Header(name);
}
