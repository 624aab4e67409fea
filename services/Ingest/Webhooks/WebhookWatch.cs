using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Upkeep;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Looks every quarter of an hour whether sources still speak, and tells when one does not. Every replica looks: what a notice is about
/// makes its id, so that several of them are one.
/// </summary>
internal sealed class WebhookWatch(
    ITenantStore tenants, IWebhookSourceStore sources, IWebhookTrafficStore traffic, IOutbox outbox, TimeProvider time, ILogger<WebhookWatch> logger)
    : Rounds(time, logger)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Looks at every source once. Throws <see cref="StorageUnavailableException"/>.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in await tenants.ListAsync(cancellationToken))
        {
            foreach (var source in await sources.ListAsync(tenant.Id, cancellationToken))
            {
                var now = Time.GetUtcNow();

                if (WebhookTrouble.Find((await traffic.FindAsync(source.Id, cancellationToken)).Counts, now) is { } trouble)
                {
                    var notice = NoticeOf(source, trouble, now);
                    await outbox.AddAsync(notice.NoticeId, nameof(WebhookSourceFailed), JsonSerializer.Serialize(notice, Json), cancellationToken);
                }
            }
        }
    }

    protected override TimeSpan Interval => TimeSpan.FromMinutes(15);

    protected override string NotDone => "Webhook sources could not be looked at";

    protected override Task RoundAsync(CancellationToken stoppingToken) => LookAsync(stoppingToken);

    private static WebhookSourceFailed NoticeOf(WebhookSource source, WebhookTrouble trouble, DateTimeOffset now)
    {
        var about = string.Create(CultureInfo.InvariantCulture, $"webhook\n{source.Id}\n{trouble.Cause}\n{trouble.Since.UtcTicks}");

        return new()
        {
            NoticeId = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(about)).AsSpan(0, 16)),
            TenantId = source.TenantId,
            SourceId = source.Id,
            Provider = source.Provider,
            Name = source.Name,
            Cause = trouble.Cause,
            Since = trouble.Since,
            Refused = trouble.Refused,
            OccurredAt = now,
        };
    }
}
