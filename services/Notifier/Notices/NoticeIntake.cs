using System.Text.Json;
using System.Text.Json.Nodes;
using MailStats.Contracts;
using MailStats.Stores;
using MailStats.Stores.Notifications;

namespace MailStats.Notifier.Notices;

/// <summary>
/// Notes notices down for their targets. They come over the bus; at start those of the last day are read from the outbox as
/// well, since the in-memory transport forgets what it carried when the process died. Noted down twice, they are one.
/// </summary>
internal sealed partial class NoticeIntake(
    INotificationStore store, IOutbox outbox, TimeProvider time, ILogger<NoticeIntake> logger) : BackgroundService
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lookback = TimeSpan.FromDays(1);

    private readonly WantedNotices _wanted = new(store, time);

    public Task AddAsync(QuotaThresholdReached reached, CancellationToken cancellationToken) =>
        AddAsync(reached.NoticeId, reached.TenantId, reached.OccurredAt, reached, cancellationToken);

    public Task AddAsync(QuotaRestored restored, CancellationToken cancellationToken) =>
        AddAsync(restored.NoticeId, restored.TenantId, restored.OccurredAt, restored, cancellationToken);

    public Task AddAsync(WebhookSourceFailed failed, CancellationToken cancellationToken) =>
        AddAsync(failed.NoticeId, failed.TenantId, failed.OccurredAt, failed, cancellationToken);

    public Task AddAsync(IncidentOpened opened, CancellationToken cancellationToken) =>
        AddAsync(opened.NoticeId, opened.TenantId, opened.OccurredAt, opened, cancellationToken);

    public Task AddAsync(IncidentChanged changed, CancellationToken cancellationToken) =>
        AddAsync(changed.NoticeId, changed.TenantId, changed.OccurredAt, changed, cancellationToken);

    public Task AddAsync(IncidentClosed closed, CancellationToken cancellationToken) =>
        AddAsync(closed.NoticeId, closed.TenantId, closed.OccurredAt, closed, cancellationToken);

    public Task AddAsync(MailboxStopped stopped, CancellationToken cancellationToken) =>
        AddAsync(stopped.NoticeId, stopped.TenantId, stopped.OccurredAt, stopped, cancellationToken);

    public Task AddAsync(MailboxReleased released, CancellationToken cancellationToken) =>
        AddAsync(released.NoticeId, released.TenantId, released.OccurredAt, released, cancellationToken);

    public Task AddAsync(RecipientSuppressed suppressed, CancellationToken cancellationToken) =>
        AddAsync(suppressed.NoticeId, suppressed.TenantId, suppressed.OccurredAt, suppressed, cancellationToken, NotificationKind.Webhook);

    public Task AddAsync(RecipientReleased released, CancellationToken cancellationToken) =>
        AddAsync(released.NoticeId, released.TenantId, released.OccurredAt, released, cancellationToken, NotificationKind.Webhook);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryCatchUpAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outbox.ReadSinceAsync(time.GetUtcNow() - Lookback, cancellationToken))
            {
                try
                {
                    await AddAsync(message, cancellationToken);
                }
                catch (JsonException unreadable)
                {
                    LogUnreadable(logger, message.Id, message.Type, unreadable);
                }
            }

            return true;
        }
        catch (StorageUnavailableException error)
        {
            LogNotRead(logger, error);

            return false;
        }
    }

    private Task AddAsync(OutboxMessage message, CancellationToken cancellationToken) => message.Type switch
    {
        nameof(QuotaThresholdReached) => AddAsync(JsonSerializer.Deserialize<QuotaThresholdReached>(message.Content, Json)!, cancellationToken),
        nameof(QuotaRestored) => AddAsync(JsonSerializer.Deserialize<QuotaRestored>(message.Content, Json)!, cancellationToken),
        nameof(WebhookSourceFailed) => AddAsync(JsonSerializer.Deserialize<WebhookSourceFailed>(message.Content, Json)!, cancellationToken),
        nameof(IncidentOpened) => AddAsync(JsonSerializer.Deserialize<IncidentOpened>(message.Content, Json)!, cancellationToken),
        nameof(IncidentChanged) => AddAsync(JsonSerializer.Deserialize<IncidentChanged>(message.Content, Json)!, cancellationToken),
        nameof(IncidentClosed) => AddAsync(JsonSerializer.Deserialize<IncidentClosed>(message.Content, Json)!, cancellationToken),
        nameof(MailboxStopped) => AddAsync(JsonSerializer.Deserialize<MailboxStopped>(message.Content, Json)!, cancellationToken),
        nameof(MailboxReleased) => AddAsync(JsonSerializer.Deserialize<MailboxReleased>(message.Content, Json)!, cancellationToken),
        nameof(RecipientSuppressed) => AddAsync(JsonSerializer.Deserialize<RecipientSuppressed>(message.Content, Json)!, cancellationToken),
        nameof(RecipientReleased) => AddAsync(JsonSerializer.Deserialize<RecipientReleased>(message.Content, Json)!, cancellationToken),
        _ => Task.CompletedTask,
    };

    // To webhooks only where it says so: nobody reads a mail for every address that bounces.
    private async Task AddAsync<T>(
        Guid noticeId, string tenantId, DateTimeOffset occurredAt, T message, CancellationToken cancellationToken, NotificationKind? only = null)
        where T : class
    {
        // One for every address that bounces, and a transaction that notes nothing down is a write to disk all the same.
        if (only is { } kind && !await _wanted.AnyAsync(tenantId, kind, occurredAt, cancellationToken))
        {
            return;
        }

        var content = JsonSerializer.SerializeToNode(message, Json)!.AsObject();
        content.Insert(0, "type", JsonValue.Create(typeof(T).Name));
        var added = await store.AddAsync(new Notice(noticeId, tenantId, typeof(T).Name, content.ToJsonString(), occurredAt, only), cancellationToken);

        if (only is null)
        {
            LogAdded(logger, noticeId, added);
        }
    }

    [LoggerMessage(LogLevel.Information, "Notice {NoticeId} is new for {Targets} targets")]
    private static partial void LogAdded(ILogger logger, Guid noticeId, int targets);

    [LoggerMessage(LogLevel.Warning, "Notices could not be read yet")]
    private static partial void LogNotRead(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "Message {Id} of type {Type} in the outbox cannot be read; the others are told")]
    private static partial void LogUnreadable(ILogger logger, long id, string type, Exception unreadable);
}
