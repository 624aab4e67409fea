using System.Diagnostics;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Notifications;
using MassTransit;

namespace MailStats.Aggregator.Notices;

/// <summary>
/// Publishes what was committed to the outbox, in its order. A message is marked only after the broker has it: a crash in
/// between, or another replica at the same time, publishes it again with the same notice id.
/// </summary>
internal sealed partial class OutboxPublisher(
    IOutbox outbox, INotificationStore notifications, IBus bus, IPublicEvents subscribers, TimeProvider time, ILogger<OutboxPublisher> logger)
    : BackgroundService
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        [nameof(QuotaThresholdReached)] = typeof(QuotaThresholdReached),
        [nameof(QuotaRestored)] = typeof(QuotaRestored),
        [nameof(WebhookSourceFailed)] = typeof(WebhookSourceFailed),
        [nameof(IncidentOpened)] = typeof(IncidentOpened),
        [nameof(IncidentChanged)] = typeof(IncidentChanged),
        [nameof(IncidentClosed)] = typeof(IncidentClosed),
        [nameof(MailboxStopped)] = typeof(MailboxStopped),
        [nameof(MailboxReleased)] = typeof(MailboxReleased),
        [nameof(RecipientSuppressed)] = typeof(RecipientSuppressed),
        [nameof(RecipientReleased)] = typeof(RecipientReleased),
    };

    private readonly WantedNotices _wanted = new(notifications, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await PublishSomeAsync(stoppingToken) >= AtOnce)
                {
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Store or broker are away: nothing was marked, the next round finds the same messages.
                LogNotPublished(logger, error);
            }
        }
    }

    private async Task<int> PublishSomeAsync(CancellationToken cancellationToken)
    {
        var messages = await outbox.ReadPendingAsync(AtOnce, cancellationToken);

        foreach (var message in messages)
        {
            if (!Types.TryGetValue(message.Type, out var type))
            {
                throw new InvalidOperationException($"The outbox holds a message of type {message.Type}, which this version does not know.");
            }

            var notice = JsonSerializer.Deserialize(message.Content, type, Json)!;

            if (!await AnybodyWantsAsync(notice, cancellationToken))
            {
                continue;
            }

            // The trace of the request whose events passed the threshold, or of the round that found the incident.
            using var activity = Telemetry.Activities.StartActivity("notice.publish", ActivityKind.Producer, message.Trace);
            var trace = activity?.Id ?? message.Trace;
            await Task.WhenAll(
                bus.Publish(notice, type, cancellationToken), subscribers.PublishAsync(() => NoticeEvent.Of(notice, trace), cancellationToken));
        }

        // Together, since a mailing can put thousands on the suppression list: marked one by one, each would cost a write to disk.
        if (messages.Count > 0)
        {
            await outbox.MarkPublishedAsync([.. messages.Select(message => message.Id).Distinct()], cancellationToken);
        }

        return messages.Count;
    }

    /// <summary>
    /// False for what goes to webhooks alone, of which the tenant has none, where nobody outside can listen: a mailing can put
    /// thousands on the suppression list, and the bus takes longer for each of them than all the rest.
    /// </summary>
    private async ValueTask<bool> AnybodyWantsAsync(object notice, CancellationToken cancellationToken)
    {
        (string TenantId, DateTimeOffset MadeAt)? forWebhooks = notice switch
        {
            RecipientSuppressed it => (it.TenantId, it.OccurredAt),
            RecipientReleased it => (it.TenantId, it.OccurredAt),
            _ => null,
        };

        return subscribers.AreHeard || forWebhooks is not { } made
            || await _wanted.AnyAsync(made.TenantId, NotificationKind.Webhook, made.MadeAt, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Notices could not be published; they stay in the outbox")]
    private static partial void LogNotPublished(ILogger logger, Exception error);
}
