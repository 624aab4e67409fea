using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Amazon SES through SNS, in both dialects (configuration sets say <c>eventType</c>, identity feedback <c>notificationType</c>).
/// The event is a text within SNS' envelope; the envelope is signed, and must be of the topic that the source names.
/// </summary>
internal sealed class AmazonSes(SnsEnvelope envelopes) : IWebhookProvider
{
    // Never asked for: the certificate of a test is known to who tests.
    private const string OwnCertificate = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-test.pem";

    private const string RenderingFailure = "Rendering Failure";

    public string Name => "ses";

    public string SecretIs => "the ARN of the SNS topic";

    public bool IsSecret(string secret) => secret.StartsWith("arn:aws", StringComparison.Ordinal) && secret.Contains(":sns:", StringComparison.Ordinal);

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        envelopes.VerifyAsync(post.Body, source.Secret, SnsHosts.Amazon, cancellationToken);

    public SelfSigned SignSelf(WebhookSource source, DateTimeOffset now) => envelopes.SignSelf(source.Secret, SnsHosts.Amazon, OwnCertificate, now);

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source)
    {
        // "Successfully validated SNS topic …" is a notification too, and no JSON.
        if (body.Text("Message") is not { } text || !text.AsSpan().TrimStart().StartsWith("{"))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(text);

            return [.. ReadEvent(document.RootElement, source, body.Time("Timestamp"))];
        }
        catch (JsonException)
        {
            return [new SubmittedEvent { Event = "unreadable" }];
        }
    }

    private IEnumerable<SubmittedEvent> ReadEvent(JsonElement root, WebhookSource source, DateTimeOffset? told)
    {
        var kind = root.Text("eventType") ?? root.Text("notificationType");
        var mail = root.Get("mail");
        var headers = mail.Get("commonHeaders");
        var part = PartOf(root, kind);
        var suppressed = IsSuppressed(part);

        if (Word(kind, part, suppressed) is not { } word)
        {
            return [];
        }

        var at = part.Time("timestamp") ?? part.Time("arrivalDate") ?? mail.Time("timestamp");
        var common = new SubmittedEvent
        {
            Event = word,
            // When Amazon published it, for one that does not say when it happened.
            OccurredAt = at ?? told,
            AcceptedAt = mail.Time("timestamp"),
            MessageKey = mail.Text("messageId"),
            MessageId = headers.Text("messageId"),
            Sender = mail.Address("source"),
            From = headers.Get("from").Items().FirstOrDefault().AsText(),
            Subject = headers.Text("subject"),
            Host = part.Text("reportingMTA")?.Replace("dns;", "", StringComparison.OrdinalIgnoreCase).Trim(),
            Reply = part.Text("smtpResponse") ?? part.Text("reason") ?? part.Text("errorMessage"),
            SourceVerdict = JsonFields.Words(
                kind, part.Text("bounceType") ?? part.Text("delayType") ?? part.Text("complaintFeedbackType"),
                part.Text("bounceSubType") ?? part.Text("complaintSubType")),
            Attempted = !suppressed && kind is not ("Reject" or RenderingFailure),
            Source = $"{Name}/{source.Name}",
            // SNS' own id differs between copies of one event.
            EventId = string.Join('/', mail.Text("messageId"), kind, at?.ToUnixTimeMilliseconds(), part.Text("feedbackId")),
        };

        return Recipients(kind!, part, mail).Select(recipient => common with
        {
            Recipient = recipient.AsAddress() ?? recipient.Address("emailAddress"),
            // Of a suppressed address Amazon tells 5.1.1, although nobody was asked.
            EnhancedCode = suppressed ? null : recipient.Enhanced("status"),
            Reply = Diagnostic(recipient.Text("diagnosticCode")) ?? common.Reply,
        });
    }

    private static JsonElement PartOf(JsonElement root, string? kind) => kind switch
    {
        null or "" => default,
        RenderingFailure => root.Get("failure"),
        _ => root.Get(char.ToLowerInvariant(kind[0]) + kind[1..]),
    };

    /// <summary>Amazon did not try, for the address is on a list of it. It tells so as a bounce or as a complaint.</summary>
    private static bool IsSuppressed(JsonElement part) =>
        part.Text("bounceSubType") is "Suppressed" or "OnAccountSuppressionList" or "UnsubscribedRecipient"
        || part.Text("complaintSubType") is "OnAccountSuppressionList";

    private static string? Word(string? kind, JsonElement part, bool suppressed) => kind switch
    {
        "Send" => "accepted",
        "Delivery" => "delivered",
        "DeliveryDelay" => "deferred",
        "Bounce" => "bounced",
        "Complaint" when suppressed => "bounced",
        // The recipient took the message out of the spam folder.
        "Complaint" when part.Text("complaintFeedbackType") is "not-spam" => null,
        "Complaint" => "complained",
        "Reject" or RenderingFailure => "rejected",
        _ => null,
    };

    private static IEnumerable<JsonElement> Recipients(string kind, JsonElement part, JsonElement mail) => kind switch
    {
        "Delivery" => part.Get("recipients").Items(),
        "DeliveryDelay" => part.Get("delayedRecipients").Items(),
        "Bounce" => part.Get("bouncedRecipients").Items(),
        "Complaint" => part.Get("complainedRecipients").Items(),
        _ => mail.Get("destination").Items(),
    };

    private static string? Diagnostic(string? code) =>
        code?.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) == true ? code[5..].Trim() : code;
}
