using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Quotas;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

internal sealed class MongoPolicyTestStore(MongoDatabase database, TimeProvider time) : IPolicyTestStore
{
    public Task StartAsync(PolicyTest test, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                await database.PolicyTests.InsertOneAsync(
                    new()
                    {
                        { "_id", test.Id }, { "t", test.TenantId }, { "sender", test.Sender }, { "recipient", test.Recipient }, { "startedAt", UnixTime.ToMicroseconds(test.StartedAt) },
                    },
                    cancellationToken: cancellationToken);

                return true;
            },
            cancellationToken);

    public Task<PolicyTest?> FindAsync(string tenantId, string testId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.PolicyTests.Find(new BsonDocument { { "_id", testId }, { "t", tenantId } }).FirstOrDefaultAsync(cancellationToken) is { } row
                ? new PolicyTest(
                    testId,
                    tenantId,
                    row["sender"].AsString,
                    row["recipient"].AsString,
                    UnixTime.FromMicroseconds(row["startedAt"].ToInt64()),
                    At(row, "advisedAt"),
                    At(row, "askedAt"),
                    row.TryGetValue("queueId", out var queueId) ? queueId.AsString : null)
                : null,
            cancellationToken);

    /// <summary>Each field is set once: the first to ask wins, whichever replica it asks.</summary>
    public Task ObserveAsync(string testId, bool binding, string? queueId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                await SetOnceAsync(testId, binding ? "askedAt" : "advisedAt", UnixTime.ToMicroseconds(time.GetUtcNow()), cancellationToken);

                if (queueId is not null)
                {
                    await SetOnceAsync(testId, "queueId", queueId, cancellationToken);
                }

                return true;
            },
            cancellationToken);

    private Task<UpdateResult> SetOnceAsync(string testId, string field, BsonValue value, CancellationToken cancellationToken) =>
        database.PolicyTests.UpdateOneAsync(
            new BsonDocument { { "_id", testId }, { field, new BsonDocument("$exists", false) } },
            new BsonDocument("$set", new BsonDocument(field, value)),
            cancellationToken: cancellationToken);

    private static DateTimeOffset? At(BsonDocument row, string field) => row.TryGetValue(field, out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null;
}
