using MailStats.Mail.Time;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Notifications;

internal sealed class SqliteNotificationStore(SqliteDatabase database, TimeProvider time) : INotificationStore
{
    private const string TargetColumns = "t.id, t.tenant, t.kind, t.address, t.name, t.secret, t.enabled, t.created_at";

    public Task<IReadOnlyList<NotificationTarget>> TargetsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<NotificationTarget>>(session =>
        {
            var statement = session.Prepare($"SELECT {TargetColumns} FROM notification_targets AS t WHERE tenant = ?1 ORDER BY created_at, id")
                .Bind(1, tenantId);
            var targets = new List<NotificationTarget>();

            while (statement.Step())
            {
                targets.Add(ReadTarget(statement, 0));
            }

            return targets;
        }));

    public Task<NotificationTarget?> FindTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId, targetId)));

    public Task<bool> ReplaceTargetAsync(NotificationTarget target, Func<NotificationTarget?, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(Find(session, target.TenantId, target.Id)))
                {
                    return false;
                }

                session.Prepare(
                    """
                    INSERT INTO notification_targets (id, tenant, kind, address, name, secret, enabled, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                    ON CONFLICT DO UPDATE SET address = ?4, name = ?5, secret = ?6, enabled = ?7 WHERE tenant = ?2
                    """)
                    .Bind(1, target.Id).Bind(2, target.TenantId).Bind(3, (int)target.Kind).Bind(4, target.Address).Bind(5, target.Name)
                    .Bind(6, target.Secret).Bind(7, target.Enabled ? 1 : 0).Bind(8, UnixTime.ToMicroseconds(target.CreatedAt))
                    .Execute();

                if (!target.Enabled)
                {
                    session.Prepare("UPDATE notifications SET state = 2 WHERE target = ?1 AND state = 0").Bind(1, target.Id).Execute();
                }

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var statement = session.Prepare("DELETE FROM notification_targets WHERE id = ?1 AND tenant = ?2 RETURNING 1")
                    .Bind(1, targetId).Bind(2, tenantId);
                var removed = statement.Step();
                statement.Reset();

                if (removed)
                {
                    session.Prepare("DELETE FROM notifications WHERE target = ?1 AND state = 0").Bind(1, targetId).Execute();
                }

                return removed;
            },
            cancellationToken);

    public Task<int> AddAsync(Notice notice, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var statement = session.Prepare(
                    """
                    INSERT INTO notifications (notice_id, target, tenant, type, content, created_at, state, attempts, next_at, claimed_until)
                    SELECT ?1, t.id, ?2, ?3, ?4, ?5, 0, 0, 0, 0 FROM notification_targets AS t
                    WHERE t.tenant = ?2 AND t.enabled = 1 AND t.created_at <= ?5 AND (?6 IS NULL OR t.kind = ?6)
                    ON CONFLICT DO NOTHING RETURNING 1
                    """)
                    .Bind(1, notice.NoticeId.ToString()).Bind(2, notice.TenantId).Bind(3, notice.Type).Bind(4, notice.Content)
                    .Bind(5, UnixTime.ToMicroseconds(notice.CreatedAt)).Bind(6, (long?)notice.Only);
                var added = 0;

                while (statement.Step())
                {
                    added++;
                }

                return added;
            },
            cancellationToken);

    public Task<IReadOnlyList<Notification>> TakeDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        if (!IsAnythingDue())
        {
            return Task.FromResult<IReadOnlyList<Notification>>([]);
        }

        return database.WriteAsync<IReadOnlyList<Notification>>(
            session =>
            {
                var due = new List<Notification>();
                var statement = session.Prepare(
                    $"""
                    SELECT n.id, n.notice_id, n.tenant, n.type, n.content, n.created_at, n.attempts, {TargetColumns}
                    FROM notifications AS n JOIN notification_targets AS t ON t.id = n.target
                    WHERE n.id IN (
                      SELECT MIN(w.id) FROM notifications AS w WHERE w.state = 0 AND w.next_at <= ?1 AND w.target NOT IN (
                        SELECT target FROM notifications WHERE state = 0 AND claimed_until > ?1)
                      GROUP BY w.target)
                    ORDER BY n.next_at LIMIT ?2
                    """)
                    .Bind(1, UnixTime.ToMicroseconds(time.GetUtcNow())).Bind(2, limit);

                while (statement.Step())
                {
                    var notice = new Notice(
                        Guid.Parse(statement.Text(1)),
                        statement.Text(2),
                        statement.Text(3),
                        statement.Text(4),
                        UnixTime.FromMicroseconds(statement.Long(5)));
                    due.Add(new(statement.Long(0), notice, ReadTarget(statement, 7), statement.Int(6)));
                }

                foreach (var notification in due)
                {
                    session.Prepare("UPDATE notifications SET claimed_until = ?2 WHERE id = ?1")
                        .Bind(1, notification.Id).Bind(2, UnixTime.ToMicroseconds(until)).Execute();
                }

                return due;
            },
            cancellationToken);
    }

    public Task RecordAsync(long notificationId, NotificationAttempt attempt, DateTimeOffset? nextAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var state = attempt.Delivered ? NotificationState.Delivered : nextAt is null ? NotificationState.GivenUp : NotificationState.Waiting;
                // What was given up meanwhile, because its target was disabled, does not wait again.
                var statement = session.Prepare(
                    """
                    UPDATE notifications SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, attempts = attempts + 1, next_at = ?3, claimed_until = 0
                    WHERE id = ?1 RETURNING attempts
                    """)
                    .Bind(1, notificationId).Bind(2, (int)state).Bind(3, nextAt is { } next ? UnixTime.ToMicroseconds(next) : 0);

                // The target may have been removed in the meantime.
                if (!statement.Step())
                {
                    return false;
                }

                var number = statement.Long(0);
                statement.Reset();
                session.Prepare("INSERT INTO notification_attempts (notification, attempt, at, status, error, milliseconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                    .Bind(1, notificationId).Bind(2, number).Bind(3, UnixTime.ToMicroseconds(attempt.At))
                    .Bind(4, attempt.Status is { } code ? code : (long?)null)
                    .Bind(5, attempt.Error).Bind(6, (long)attempt.Duration.TotalMilliseconds)
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<NotificationRecord>> LogAsync(string tenantId, string? targetId, long? before, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<NotificationRecord>>(session =>
        {
            var records = new List<NotificationRecord>();
            var statement = session.Prepare(
                """
                SELECT id, notice_id, target, type, created_at, state, next_at FROM notifications
                WHERE tenant = ?1 AND (?2 IS NULL OR target = ?2) AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4
                """)
                .Bind(1, tenantId).Bind(2, targetId).Bind(3, before).Bind(4, limit);

            while (statement.Step())
            {
                var state = (NotificationState)statement.Int(5);
                records.Add(new(
                    statement.Long(0),
                    Guid.Parse(statement.Text(1)),
                    statement.Text(2),
                    statement.Text(3),
                    UnixTime.FromMicroseconds(statement.Long(4)),
                    state,
                    state == NotificationState.Waiting ? UnixTime.FromMicroseconds(Math.Max(statement.Long(6), statement.Long(4))) : null,
                    []));
            }

            return [.. records.Select(record => record with { Attempts = Attempts(session, record.Id) })];
        }));

    private static List<NotificationAttempt> Attempts(SqliteSession session, long notification)
    {
        var attempts = new List<NotificationAttempt>();
        var statement = session.Prepare("SELECT at, status, error, milliseconds FROM notification_attempts WHERE notification = ?1 ORDER BY attempt")
            .Bind(1, notification);

        while (statement.Step())
        {
            var error = statement.IsNull(2) ? null : statement.Text(2);
            attempts.Add(
                new(
                    UnixTime.FromMicroseconds(statement.Long(0)),
                    error is null,
                    (int?)statement.LongOrNull(1),
                    error,
                    TimeSpan.FromMilliseconds(statement.Long(3))));
        }

        return attempts;
    }

    /// <summary>Looked up without a write, so that the writer is left alone while nothing is due.</summary>
    private bool IsAnythingDue() => database.Read(session =>
    {
        var statement = session.Prepare("SELECT EXISTS (SELECT 1 FROM notifications WHERE state = 0 AND next_at <= ?1 AND claimed_until <= ?1)")
            .Bind(1, UnixTime.ToMicroseconds(time.GetUtcNow()));
        statement.Step();
        var due = statement.Long(0) != 0;
        statement.Reset();

        return due;
    });

    private static NotificationTarget? Find(SqliteSession session, string tenantId, string targetId)
    {
        var statement = session.Prepare($"SELECT {TargetColumns} FROM notification_targets AS t WHERE id = ?1 AND tenant = ?2")
            .Bind(1, targetId).Bind(2, tenantId);

        if (!statement.Step())
        {
            return null;
        }

        var target = ReadTarget(statement, 0);
        statement.Reset();

        return target;
    }

    private static NotificationTarget ReadTarget(SqliteStatement statement, int column) => new(
        statement.Text(column),
        statement.Text(column + 1),
        (NotificationKind)statement.Int(column + 2),
        statement.Text(column + 3),
        statement.Text(column + 4),
        statement.Text(column + 5),
        statement.Int(column + 6) != 0,
        UnixTime.FromMicroseconds(statement.Long(column + 7)));
}
