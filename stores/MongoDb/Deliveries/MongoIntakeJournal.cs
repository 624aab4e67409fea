using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>For one process with the in-memory transport and MongoDB. Acknowledged by a majority, journalled.</summary>
internal sealed class MongoIntakeJournal(MongoDatabase database, TimeProvider time) : IIntakeJournal
{
    private readonly Lock _lock = new();
    private long _latest;

    public async Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        var writes = batches.Select(batch => new UpdateOneModel<BsonDocument>(
            KeyOf(batch), new BsonDocument("$setOnInsert", RowOf(batch))) { IsUpsert = true }).ToList();

        if (writes.Count > 0)
        {
            await database.UseAsync(() => database.Batches.BulkWriteAsync(writes, new() { IsOrdered = false }, cancellationToken), cancellationToken);
        }
    }

    public async Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken)
    {
        var ids = new BsonArray(batchIds.Select(id => id.ToString()));
        await database.UseAsync(
            () => database.Batches.DeleteManyAsync(new BsonDocument("_id", new BsonDocument("$in", ids)), cancellationToken), cancellationToken);
    }

    public async IAsyncEnumerable<DeliveriesReported> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The names first: what comes in from now on is published by whoever appends it.
        var names = await database.UseAsync(
            () => database.Batches.Find(new BsonDocument("failedAt", new BsonDocument("$exists", false)))
                .Sort(new BsonDocument("at", 1))
                .Project<BsonDocument>(new BsonDocument("_id", 1))
                .ToListAsync(cancellationToken),
            cancellationToken);

        foreach (var name in names)
        {
            var row = await database.UseAsync(
                () => database.Batches.Find(new BsonDocument("_id", name["_id"])).FirstOrDefaultAsync(cancellationToken), cancellationToken);

            if (row is not null)
            {
                yield return JsonSerializer.Deserialize(row["content"].AsString, IntakeJson.Default.DeliveriesReported)!;
            }
        }
    }

    public Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                // Read first: this process is the only one that puts batches here, one after the other.
                var others = (await database.Batches
                    .Find(new BsonDocument
                    {
                        { "failedAt", new BsonDocument("$exists", true) }, { "_id", new BsonDocument("$ne", batch.BatchId.ToString()) },
                    })
                    .Project<BsonDocument>(new BsonDocument("_id", 1))
                    .Limit(IIntakeJournal.MaxQuarantined)
                    .ToListAsync(cancellationToken)).Count;

                if (others >= IIntakeJournal.MaxQuarantined)
                {
                    return (int?)null;
                }

                await database.Batches.UpdateOneAsync(
                    KeyOf(batch),
                    new BsonDocument
                    {
                        { "$setOnInsert", RowOf(batch) },
                        {
                            "$set", new BsonDocument
                            {
                                { "failedAt", UnixTime.ToMicroseconds(failedAt) }, { "events", batch.Deliveries.Count },
                                { "reason", reason.Length > IIntakeJournal.LongestReason ? reason[..IIntakeJournal.LongestReason] : reason },
                            }
                        },
                    },
                    new UpdateOptions { IsUpsert = true },
                    cancellationToken);

                return others + 1;
            },
            cancellationToken);

    public Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<QuarantinedBatch>>(
            async () => [.. (await database.Batches.Find(new BsonDocument("failedAt", new BsonDocument("$exists", true)))
                .Sort(new BsonDocument { { "failedAt", 1 }, { "_id", 1 } })
                .Project<BsonDocument>(new BsonDocument { { "failedAt", 1 }, { "events", 1 }, { "reason", 1 } })
                .ToListAsync(cancellationToken))
                .Select(row => new QuarantinedBatch(
                    Guid.Parse(row["_id"].AsString), UnixTime.FromMicroseconds(row["failedAt"].ToInt64()), row["events"].ToInt32(), row["reason"].AsString))],
            cancellationToken);

    public Task<int> ReleaseAsync(CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => (int)(await database.Batches.UpdateManyAsync(
                new BsonDocument("failedAt", new BsonDocument("$exists", true)),
                new BsonDocument("$unset", new BsonDocument { { "failedAt", 1 }, { "events", 1 }, { "reason", 1 } }),
                cancellationToken: cancellationToken)).ModifiedCount,
            cancellationToken);

    private static BsonDocument KeyOf(DeliveriesReported batch) => new("_id", batch.BatchId.ToString());

    private BsonDocument RowOf(DeliveriesReported batch) => new()
    {
        { "at", NextPlace() }, { "content", JsonSerializer.Serialize(batch, IntakeJson.Default.DeliveriesReported) },
    };

    /// <summary>The time, and greater than every one given before by this process, which is the only one that appends.</summary>
    private long NextPlace()
    {
        lock (_lock)
        {
            return _latest = Math.Max(UnixTime.ToMicroseconds(time.GetUtcNow()), _latest + 1);
        }
    }
}
