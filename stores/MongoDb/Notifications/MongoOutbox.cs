using System.Runtime.CompilerServices;
using MailStats.Mail.Quotas;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Notifications;

/// <summary>Published messages go by themselves after a week (a TTL index).</summary>
internal sealed class MongoOutbox(MongoDatabase database, TimeProvider time) : IOutbox
{
    /// <summary>
    /// Writes a message within a transaction. A notice id that is there already is left as it is. Messages of the same time
    /// are read by their <paramref name="order"/>.
    /// </summary>
    public static Task AppendAsync(
        MongoDatabase database, IClientSessionHandle session, QuotaNotice notice, DateTimeOffset createdAt, long order, CancellationToken cancellationToken) =>
        AppendAsync(database, session, notice.NoticeId, notice.Type, notice.Content, createdAt, order, cancellationToken);

    /// <summary>The same for a message of any kind.</summary>
    public static Task AppendAsync(
        MongoDatabase database,
        IClientSessionHandle session,
        Guid noticeId,
        string type,
        string content,
        DateTimeOffset createdAt,
        long order,
        CancellationToken cancellationToken) =>
        database.Outbox.UpdateOneAsync(
            session,
            new BsonDocument("_id", noticeId.ToString()),
            Insert(noticeId, type, content, createdAt, order),
            new() { IsUpsert = true },
            cancellationToken);

    /// <summary>The same for many at once, in their order.</summary>
    public static Task AppendAsync(
        MongoDatabase database,
        IClientSessionHandle session,
        IReadOnlyList<SuppressionNotice> notices,
        DateTimeOffset createdAt,
        CancellationToken cancellationToken) =>
        notices.Count == 0 ? Task.CompletedTask : database.Outbox.BulkWriteAsync(
            session,
            notices.Select((notice, order) => new UpdateOneModel<BsonDocument>(
                new BsonDocument("_id", notice.NoticeId.ToString()), Insert(notice.NoticeId, notice.Type, notice.Content, createdAt, order))
            {
                IsUpsert = true,
            }),
            cancellationToken: cancellationToken);

    public Task AddAsync(Guid noticeId, string type, string content, CancellationToken cancellationToken) =>
        database.UseAsync(
            () => database.Outbox.UpdateOneAsync(
                new BsonDocument("_id", noticeId.ToString()),
                Insert(noticeId, type, content, time.GetUtcNow(), 0),
                new() { IsUpsert = true },
                cancellationToken),
            cancellationToken);

    public Task<IReadOnlyList<OutboxMessage>> ReadPendingAsync(int limit, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<OutboxMessage>>(
            async () => [.. (await Find(new("published", false)).Limit(limit).ToListAsync(cancellationToken)).Select(Message)],
            cancellationToken);

    public async IAsyncEnumerable<OutboxMessage> ReadSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("at", new BsonDocument("$gte", UnixTime.ToMicroseconds(since)));
        using var cursor = await database.UseAsync(() => Find(filter).ToCursorAsync(cancellationToken), cancellationToken);

        while (await database.UseAsync(() => cursor.MoveNextAsync(cancellationToken), cancellationToken))
        {
            foreach (var row in cursor.Current)
            {
                yield return Message(row);
            }
        }
    }

    public Task MarkPublishedAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        database.UseAsync(
            () => database.Outbox.UpdateManyAsync(
                new BsonDocument { { "published", false }, { "number", new BsonDocument("$in", new BsonArray(ids)) } },
                new BsonDocument("$set", new BsonDocument { { "published", true }, { "publishedAt", new BsonDateTime(time.GetUtcNow().UtcDateTime) } }),
                cancellationToken: cancellationToken),
            cancellationToken);

    private static BsonDocument Insert(Guid noticeId, string type, string content, DateTimeOffset createdAt, long order) =>
        new("$setOnInsert", new BsonDocument
        {
            { "number", MongoKeys.Number(noticeId.ToString()) }, { "type", type }, { "content", NoticeTrace.Put(content, NoticeTrace.Current) },
            { "at", UnixTime.ToMicroseconds(createdAt) }, { "order", order }, { "published", false },
        });

    private IFindFluent<BsonDocument, BsonDocument> Find(BsonDocument filter) =>
        database.Outbox.Find(filter).Sort(new BsonDocument { { "at", 1 }, { "order", 1 } });

    private static OutboxMessage Message(BsonDocument row)
    {
        var (content, trace) = NoticeTrace.Take(row["content"].AsString);

        return new(
            row["number"].ToInt64(), Guid.Parse(row["_id"].AsString), row["type"].AsString, content,
            UnixTime.FromMicroseconds(row["at"].ToInt64()), trace);
    }
}
