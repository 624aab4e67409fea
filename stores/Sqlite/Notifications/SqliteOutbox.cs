using System.Runtime.CompilerServices;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Notifications;

internal sealed class SqliteOutbox(SqliteDatabase database, TimeProvider time) : IOutbox
{
    /// <summary>Messages that are read at once.</summary>
    private const int AtOnce = 1_000;

    /// <summary>Writes a message within the open transaction of a session. A notice id that is there already is left as it is.</summary>
    public static void Append(SqliteSession session, Guid noticeId, string type, string content, DateTimeOffset createdAt) =>
        session.Prepare("INSERT INTO outbox (notice_id, type, content, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
            .Bind(1, noticeId.ToString()).Bind(2, type).Bind(3, NoticeTrace.Put(content, session.Trace)).Bind(4, UnixTime.ToMicroseconds(createdAt))
            .Execute();

    /// <summary>The same for many, in few rows. All of them are kept, also one that was told before: its receivers know the id.</summary>
    public static void AppendAll(SqliteSession session, IReadOnlyList<SuppressionNotice> notices, DateTimeOffset createdAt)
    {
        if (notices.Count == 1)
        {
            Append(session, notices[0].NoticeId, notices[0].Type, notices[0].Content, createdAt);

            return;
        }

        foreach (var some in notices.Chunk(SeveralNotices.Most))
        {
            Append(session, Guid.CreateVersion7(createdAt), SeveralNotices.Type, SeveralNotices.Write(some), createdAt);
        }
    }

    public Task AddAsync(Guid noticeId, string type, string content, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            Append(session, noticeId, type, content, time.GetUtcNow());

            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<OutboxMessage>> ReadPendingAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OutboxMessage>>(database.Read(session => ReadSome(
            session.Prepare("SELECT id, notice_id, type, content, created_at FROM outbox WHERE published_at IS NULL ORDER BY id"), limit)));

    public async IAsyncEnumerable<OutboxMessage> ReadSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = 0L;

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = database.Read(session => ReadSome(
                session.Prepare("SELECT id, notice_id, type, content, created_at FROM outbox WHERE id > ?1 AND created_at >= ?2 ORDER BY id")
                    .Bind(1, last).Bind(2, UnixTime.ToMicroseconds(since)),
                AtOnce));

            if (some.Count == 0)
            {
                yield break;
            }

            foreach (var message in some)
            {
                yield return message;
            }

            last = some[^1].Id;
        }
    }

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

    /// <summary>Whole rows until there are enough messages.</summary>
    private static List<OutboxMessage> ReadSome(SqliteStatement rows, int limit)
    {
        var messages = new List<OutboxMessage>();

        while (messages.Count < limit && rows.Step())
        {
            var (content, trace) = NoticeTrace.Take(rows.Text(3));
            var (id, type, createdAt) = (rows.Long(0), rows.Text(2), UnixTime.FromMicroseconds(rows.Long(4)));

            if (type == SeveralNotices.Type)
            {
                messages.AddRange(SeveralNotices.Read(content).Select(
                    notice => new OutboxMessage(id, notice.NoticeId, notice.Type, notice.Content, createdAt, trace)));
            }
            else
            {
                messages.Add(new(id, Guid.Parse(rows.Text(1)), type, content, createdAt, trace));
            }
        }

        rows.Reset();

        return messages;
    }
}
