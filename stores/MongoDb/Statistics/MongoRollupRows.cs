using MailStats.Mail.Time;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// The documents of rollups, providers and reasons: one for each UTC day, place and writer, with its quarter hours in it
/// (<see cref="MongoDayCounts"/>). Writers have rows of their own, in which alone a number may be negative: <c>o</c> is their day, and
/// <c>u</c> when they were last moved. The row without a writer holds what has been folded and what a repair added.
/// </summary>
internal static class MongoRollupRows
{
    /// <summary>In these steps a row says when it was last moved, so that its index does not move with every transaction.</summary>
    private static readonly long MicrosecondsPerStep = UnixTime.Microseconds(TimeSpan.FromMinutes(5));

    public static int StepOf(DateTimeOffset at) => checked((int)UnixTime.FloorDivide(UnixTime.ToMicroseconds(at), MicrosecondsPerStep));

    /// <summary>Rows by place, those of its writers added up.</summary>
    public static IEnumerable<MongoRollupRow> ByPlace(IEnumerable<BsonDocument> rows) => rows
        .GroupBy(row => MongoRollupKeys.WithoutWriter(row["_id"]))
        .Select(place => new MongoRollupRow(place.Key, NamesOf(place.First()), MongoDayCounts.Of(place)));

    /// <summary>Moves a writer's own rows.</summary>
    /// <param name="collection">Where.</param>
    /// <param name="session">The transaction's.</param>
    /// <param name="changes">The rows, and what they are moved by.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task MoveAsync(
        IMongoCollection<BsonDocument> collection, IClientSessionHandle session, IEnumerable<MongoRollupRow> changes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var moved = new BsonDocument("u", StepOf(now));

        // In the order of their keys: what stands together is written together.
        var writes = changes.Where(change => !change.Counts.IsEmpty).OrderBy(change => change.Id).Select(change => new UpdateOneModel<BsonDocument>(
            new BsonDocument("_id", change.Id),
            new BsonDocument
            {
                { "$inc", change.Counts.Increments }, { "$set", moved },
                { "$setOnInsert", new BsonDocument(change.Names).Add("o", (int)MongoRollupKeys.DayOf(change.Id)) },
            }) { IsUpsert = true }).ToList();

        // Bulk writes of nothing are an error.
        if (writes.Count > 0)
        {
            await collection.BulkWriteAsync(session, writes, new() { IsOrdered = false }, cancellationToken);
        }
    }

    /// <summary>Adds to rows without a writer, and removes those that count nothing any more.</summary>
    public static async Task AddAsync(
        IMongoCollection<BsonDocument> collection, IClientSessionHandle session, IReadOnlyList<MongoRollupRow> added, CancellationToken cancellationToken)
    {
        var keys = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(added.Select(row => row.Id))));
        var there = (await collection.Find(session, keys).ToListAsync(cancellationToken)).ToDictionary(row => row["_id"]);
        var writes = new List<WriteModel<BsonDocument>>();

        foreach (var row in added)
        {
            var key = new BsonDocument("_id", row.Id);
            var counts = MongoDayCounts.Of(there.TryGetValue(row.Id, out var before) ? [before] : []);
            counts.Add(row.Counts);

            if (!counts.IsEmpty)
            {
                var whole = new BsonDocument(key).AddRange(row.Names).AddRange(counts.Fields);
                writes.Add(new ReplaceOneModel<BsonDocument>(key, whole) { IsUpsert = true });
            }
            else if (before is not null)
            {
                writes.Add(new DeleteOneModel<BsonDocument>(key));
            }
        }

        if (writes.Count > 0)
        {
            await collection.BulkWriteAsync(session, writes, new() { IsOrdered = false }, cancellationToken);
        }
    }

    private static BsonDocument NamesOf(BsonDocument row) =>
        new(row.Elements.Where(element => element.Name is not ("_id" or "o" or "u") && !MongoDayCounts.Counters.Contains(element.Name)));
}

/// <param name="Id">The row's key.</param>
/// <param name="Names">What it is about.</param>
/// <param name="Counts">What it counts, or what is added to that.</param>
internal sealed record MongoRollupRow(BsonBinaryData Id, BsonDocument Names, MongoDayCounts Counts);
