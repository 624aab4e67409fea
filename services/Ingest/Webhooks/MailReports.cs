using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Reports;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>Mail that comes back, as it is: delivery reports and complaints, one message a post. The same mail may come over LMTP.</summary>
internal sealed class MailReports(ReportMatcher matcher) : IWebhookProvider
{
    public const string ProviderName = "mail";

    public string Name => ProviderName;

    public string SecretIs => "user:password of basic authentication, or a bearer token";

    public int MaxBytes => ReportReader.MaxBytes;

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Proofs.Authorization(post.Headers, source.Secret));

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new("From: test@mailstats.invalid\r\nSubject: test\r\n\r\nNothing to report.\r\n", Proofs.AuthorizationOf(source.Secret));

    public async ValueTask<RawReading?> ReadRawAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        var report = ReportReader.Read(post.Body, post.Query["recipient"]);

        if (report.Refusal is { } why)
        {
            return new([], $"The message {why}.");
        }

        var events = new List<SubmittedEvent>(report.Fates.Count);

        foreach (var fate in report.Fates)
        {
            events.Add(await matcher.MatchAsync(fate, report.Id, source.TenantId, $"{Name}/{source.Name}", post.Now, cancellationToken));
        }

        return new(events, null);
    }

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) => [];
}
