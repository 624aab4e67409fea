using MailStats.Stores.Notifications;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Sending;

/// <summary>
/// Tells targets what waits for them in the store. Each target has its own turn: one that is down or slow holds up nobody
/// else. What is taken is kept from other replicas for a while; a process that dies over it delays it by as much, and
/// nothing is forgotten, since it leaves the store's list only when the outcome is noted down.
/// </summary>
internal sealed partial class NotificationDispatcher(
    INotificationStore store,
    NotificationDelivery delivery,
    IOptions<NotifierOptions> options,
    TimeProvider time,
    ILogger<NotificationDispatcher> logger) : Rounds(time, logger)
{
    private readonly List<Task> _running = [];

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    // What is due stays due.
    protected override string NotDone => "What waits for notification targets could not be read";

    protected override Task RoundAsync(CancellationToken stoppingToken)
    {
        _running.RemoveAll(task => task.IsCompleted);

        return StartDueAsync(stoppingToken);
    }

    private async Task StartDueAsync(CancellationToken cancellationToken)
    {
        var room = options.Value.Concurrency - _running.Count;

        if (room <= 0)
        {
            return;
        }

        // Twice the time an attempt may take: nobody else takes it while it is under way.
        var until = Time.GetUtcNow() + (options.Value.Timeout * 2) + TimeSpan.FromSeconds(5);

        foreach (var notification in await store.TakeDueAsync(until, room, cancellationToken))
        {
            _running.Add(DeliverAsync(notification, cancellationToken));
        }
    }

    private async Task DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            var attempt = await delivery.TryAsync(notification.Target, notification.Notice, cancellationToken);
            var next = attempt.Delivered || attempt.Status == StatusCodes.Status410Gone
                ? null
                : RetrySchedule.Next(notification.Attempts + 1, notification.Notice.CreatedAt, Time.GetUtcNow(), options.Value, Random.Shared.NextDouble());
            await store.RecordAsync(notification.Id, attempt, next, CancellationToken.None);
            LogAttempt(Logger, notification.Notice.NoticeId, notification.Target.Id, attempt.Delivered, notification.Attempts + 1);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops; another, or this one when it is back, takes it up again.
        }
#pragma warning disable CA1031 // One notification's defect must not end the others; its claim runs out and it is tried again.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            LogFailed(Logger, notification.Notice.NoticeId, notification.Target.Id, defect);
        }
    }

    [LoggerMessage(LogLevel.Information, "Notice {NoticeId} to target {TargetId}: delivered {Delivered}, attempt {Attempt}")]
    private static partial void LogAttempt(ILogger logger, Guid noticeId, string targetId, bool delivered, int attempt);

    [LoggerMessage(LogLevel.Error, "Notice {NoticeId} to target {TargetId} failed")]
    private static partial void LogFailed(ILogger logger, Guid noticeId, string targetId, Exception defect);
}
