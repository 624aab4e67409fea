using MailStats.Mail.Time;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Notifications;

internal sealed class SqliteOutbox(SqliteDatabase database, TimeProvider time) : IOutbox
{
    /// <summary>Writes a message within the open transaction of a session. A notice id that is there already is left as it is.</summary>
    public static void Append(SqliteSession session, Guid noticeId, string type, string content, DateTimeOffset createdAt) =>
        session.Prepare("INSERT INTO outbox (notice_id, type, content, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
            .Bind(1, noticeId.ToString()).Bind(2, type).Bind(3, NoticeTrace.Put(content, session.Trace)).Bind(4, UnixTime.ToMicroseconds(createdAt))
            .Execute();

    public Task AddAsync(Guid noticeId, string type, string content, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            Append(session, noticeId, type, content, time.GetUtcNow());

            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<OutboxMessage>> ReadPendingAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<OutboxMessage>>(session => ReadAll(
            session.Prepare("SELECT id, notice_id, type, content, created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT ?1").Bind(1, limit))));

    public Task<IReadOnlyList<OutboxMessage>> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<OutboxMessage>>(session => ReadAll(
            session.Prepare("SELECT id, notice_id, type, content, created_at FROM outbox WHERE created_at >= ?1 ORDER BY id")
                .Bind(1, UnixTime.ToMicroseconds(since)))));

    public Task MarkPublishedAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var now = UnixTime.ToMicroseconds(time.GetUtcNow());

                foreach (var id in ids)
                {
                    session.Prepare("UPDATE outbox SET published_at = ?2 WHERE id = ?1").Bind(1, id).Bind(2, now).Execute();
                }

                return ids.Count;
            },
            cancellationToken);

    private static List<OutboxMessage> ReadAll(SqliteStatement statement)
    {
        var messages = new List<OutboxMessage>();

        while (statement.Step())
        {
            var (content, trace) = NoticeTrace.Take(statement.Text(3));
            messages.Add(
                new(statement.Long(0), Guid.Parse(statement.Text(1)), statement.Text(2), content, UnixTime.FromMicroseconds(statement.Long(4)), trace));
        }

        return messages;
    }
}
