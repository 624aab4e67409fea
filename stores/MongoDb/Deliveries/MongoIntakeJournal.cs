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
            new BsonDocument("_id", batch.BatchId.ToString()),
            new BsonDocument("$setOnInsert", new BsonDocument
            {
                { "at", NextPlace() }, { "content", JsonSerializer.Serialize(batch, IntakeJson.Default.DeliveriesReported) },
            })) { IsUpsert = true }).ToList();

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
            () => database.Batches.Find(FilterDefinition<BsonDocument>.Empty)
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

    /// <summary>The time, and greater than every one given before by this process, which is the only one that appends.</summary>
    private long NextPlace()
    {
        lock (_lock)
        {
            return _latest = Math.Max(UnixTime.ToMicroseconds(time.GetUtcNow()), _latest + 1);
        }
    }
}
