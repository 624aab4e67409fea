using MailStats.Stores.Notifications;

namespace MailStats.Stores.Secrets;

/// <summary>Keeps targets with their secrets sealed, in whatever store.</summary>
internal sealed class SealedNotifications(INotificationStore store, SecretSeal seal) : INotificationStore
{
    public async Task<IReadOnlyList<NotificationTarget>> TargetsAsync(string tenantId, CancellationToken cancellationToken) =>
        [.. (await store.TargetsAsync(tenantId, cancellationToken)).Select(Opened)];

    public async Task<NotificationTarget?> FindTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        await store.FindTargetAsync(tenantId, targetId, cancellationToken) is { } kept ? Opened(kept) : null;

    public Task<bool> ReplaceTargetAsync(NotificationTarget target, Func<NotificationTarget?, bool> condition, CancellationToken cancellationToken) =>
        store.ReplaceTargetAsync(
            target with { Secret = seal.Seal(target.Secret, Of(target)) },
            kept => condition(kept is null ? null : Opened(kept)),
            cancellationToken);

    public Task<bool> RemoveTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        store.RemoveTargetAsync(tenantId, targetId, cancellationToken);

    public Task<int> AddAsync(Notice notice, CancellationToken cancellationToken) => store.AddAsync(notice, cancellationToken);

    public async Task<IReadOnlyList<Notification>> TakeDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        [.. (await store.TakeDueAsync(until, limit, cancellationToken)).Select(due => due with { Target = Opened(due.Target) })];

    public Task RecordAsync(long notificationId, NotificationAttempt attempt, DateTimeOffset? nextAt, CancellationToken cancellationToken) =>
        store.RecordAsync(notificationId, attempt, nextAt, cancellationToken);

    public Task<IReadOnlyList<NotificationRecord>> LogAsync(
        string tenantId, string? targetId, long? before, int limit, CancellationToken cancellationToken) =>
        store.LogAsync(tenantId, targetId, before, limit, cancellationToken);

    private static string Of(NotificationTarget target) => $"notification target {target.Id}";

    private NotificationTarget Opened(NotificationTarget kept) => kept with { Secret = seal.Open(kept.Secret, Of(kept)) };
}
