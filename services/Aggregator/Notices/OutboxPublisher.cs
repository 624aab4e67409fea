using System.Diagnostics;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Upkeep;
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
    : Rounds(time, logger)
{
    private const int MostAtOnce = 200;

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

    /// <summary>Told of once. At most as many as are read at once.</summary>
    private readonly HashSet<long> _unreadable = [];

    private readonly WantedNotices _wanted = new(notifications, time);

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    // Nothing was marked: the next round finds the same messages.
    protected override string NotDone => "Notices could not be published";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        while (await PublishSomeAsync(stoppingToken) >= MostAtOnce)
        {
        }
    }

    /// <summary>
    /// How many are published of those that have waited longest. They are on their way side by side, begun in their order: each waits
    /// for the broker's confirmation, and a mailing that puts thousands on the suppression list would wait thousands of times.
    /// </summary>
    private async Task<int> PublishSomeAsync(CancellationToken cancellationToken)
    {
        List<(long Id, Task Publication)> begun = [];

        foreach (var message in await outbox.ReadPendingAsync(MostAtOnce, cancellationToken))
        {
            if (Read(message) is { } notice)
            {
                begun.Add((message.Id, PublishAsync(notice, message.Trace, cancellationToken)));
            }
        }

        var all = Task.WhenAll(begun.Select(one => one.Publication));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What came after a failure is published again, so that what is heard last is what was written last.
        var failed = begun.FindIndex(one => !one.Publication.IsCompletedSuccessfully);
        var published = failed < 0 ? begun : begun.Take(failed).Where(one => one.Id != begun[failed].Id);

        // Together: marked one by one, each would cost a write to disk.
        if (published.Select(one => one.Id).Distinct().ToList() is { Count: > 0 } ids)
        {
            await outbox.MarkPublishedAsync(ids, cancellationToken);
        }

        await all;

        return begun.Count;
    }

    private async Task PublishAsync(object notice, string? trace, CancellationToken cancellationToken)
    {
        if (!await AnybodyWantsAsync(notice, cancellationToken))
        {
            return;
        }

        // The trace of the request whose events passed the threshold, or of the round that found the incident.
        using var activity = Telemetry.Activities.StartActivity("notice.publish", ActivityKind.Producer, trace);
        var published = activity?.Id ?? trace;
        await Task.WhenAll(
            bus.Publish(notice, notice.GetType(), cancellationToken), subscribers.PublishAsync(() => NoticeEvent.Of(notice, published), cancellationToken));
    }

    /// <summary>Null for what this version cannot read, a later version's or a damaged one: it stays, and the others go on.</summary>
    private object? Read(OutboxMessage message)
    {
        try
        {
            if (Types.TryGetValue(message.Type, out var type) && JsonSerializer.Deserialize(message.Content, type, Json) is { } notice)
            {
                return notice;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        if (_unreadable.Add(message.Id))
        {
            LogUnreadable(Logger, message.Id, message.Type);
        }

        return null;
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

    [LoggerMessage(LogLevel.Error, "Message {Id} of type {Type} in the outbox cannot be read by this version; it stays there, and the others are published")]
    private static partial void LogUnreadable(ILogger logger, long id, string type);
}
