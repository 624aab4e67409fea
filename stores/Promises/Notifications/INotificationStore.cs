namespace MailStats.Stores.Notifications;

/// <summary>Who is notified about quotas, of what, and with what result.</summary>
public interface INotificationStore
{
    Task<IReadOnlyList<NotificationTarget>> TargetsAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Null when the tenant has no such target.</summary>
    Task<NotificationTarget?> FindTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken);

    /// <summary>Adds or overwrites.</summary>
    Task SaveTargetAsync(NotificationTarget target, CancellationToken cancellationToken) => ReplaceTargetAsync(target, _ => true, cancellationToken);

    /// <summary>The same, where the target that stands, null where there is none, fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceTargetAsync(NotificationTarget target, Func<NotificationTarget?, bool> condition, CancellationToken cancellationToken);

    /// <summary>Removes the target and what waits for it; what was delivered stays in the log. False when there is none.</summary>
    Task<bool> RemoveTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken);

    /// <summary>
    /// Notes a notice down for each enabled target of its tenant that existed when it was made. A notice that is noted down
    /// already is left as it is, so a repetition notifies nobody. Durable when it returns.
    /// </summary>
    /// <returns>For how many targets it was new.</returns>
    Task<int> AddAsync(Notice notice, CancellationToken cancellationToken);

    /// <summary>
    /// Takes what is due, at most one for each target, and keeps it from others until <paramref name="until"/>: who dies over
    /// it delays it by as much.
    /// </summary>
    Task<IReadOnlyList<Notification>> TakeDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Notes down how an attempt went. It is over when it succeeded or when <paramref name="nextAt"/> is null.</summary>
    Task RecordAsync(long notificationId, NotificationAttempt attempt, DateTimeOffset? nextAt, CancellationToken cancellationToken);

    /// <summary>The tenant's notifications with their attempts, latest first.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="targetId">One target's, or null for all.</param>
    /// <param name="before">Those with a smaller id; null for the latest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<NotificationRecord>> LogAsync(string tenantId, string? targetId, long? before, int limit, CancellationToken cancellationToken);
}

/// <summary>How a target is reached.</summary>
// Stored as a number: append only.
public enum NotificationKind
{
    Unknown = 0,

    /// <summary>A signed POST to an HTTP address.</summary>
    Webhook = 1,

    /// <summary>A mail to an address.</summary>
    Mail = 2,
}

/// <param name="Id">Lower-case hexadecimal, made by MailStats.</param>
/// <param name="TenantId">Whose notices it gets.</param>
/// <param name="Kind">Webhook or mail.</param>
/// <param name="Address">URL or mail address.</param>
/// <param name="Name">As shown.</param>
/// <param name="Secret">Key of a webhook's signatures; empty for mail.</param>
/// <param name="Enabled">False: it gets no notices.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record NotificationTarget(
    string Id, string TenantId, NotificationKind Kind, string Address, string Name, string Secret, bool Enabled, DateTimeOffset CreatedAt);

/// <summary>Something that targets are notified of.</summary>
/// <param name="NoticeId">The same for every repetition.</param>
/// <param name="TenantId">Whose targets.</param>
/// <param name="Type">Name of the message in Contracts.</param>
/// <param name="Content">The message as JSON; webhooks post these bytes.</param>
/// <param name="CreatedAt">When it came about, UTC.</param>
/// <param name="Only">Targets that it is for; null for all. Not kept: it counts when the notice is noted down.</param>
public sealed record Notice(
    Guid NoticeId, string TenantId, string Type, string Content, DateTimeOffset CreatedAt, NotificationKind? Only = null);

/// <summary>A notice on its way to a target.</summary>
/// <param name="Id">Number of the notification.</param>
/// <param name="Notice">The content.</param>
/// <param name="Target">The receiver.</param>
/// <param name="Attempts">Attempts made before.</param>
public sealed record Notification(long Id, Notice Notice, NotificationTarget Target, int Attempts);

/// <summary>One attempt at telling a target.</summary>
/// <param name="At">When it began, UTC.</param>
/// <param name="Delivered">True when the target took it.</param>
/// <param name="Status">HTTP status or SMTP reply code, null when no answer came.</param>
/// <param name="Error">What went wrong, null when nothing did.</param>
/// <param name="Duration">How long it took.</param>
public sealed record NotificationAttempt(DateTimeOffset At, bool Delivered, int? Status, string? Error, TimeSpan Duration);

/// <summary>State of a notification.</summary>
// Stored as a number: append only.
public enum NotificationState
{
    Waiting = 0,
    Delivered = 1,
    GivenUp = 2,
}

/// <summary>A line of the delivery log.</summary>
public sealed record NotificationRecord(
    long Id,
    Guid NoticeId,
    string TargetId,
    string Type,
    DateTimeOffset CreatedAt,
    NotificationState State,
    DateTimeOffset? NextAttemptAt,
    IReadOnlyList<NotificationAttempt> Attempts);
