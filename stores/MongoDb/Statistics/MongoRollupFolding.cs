using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Puts the rows of all writers for a day that is over into the one without a writer, once none has moved them for a while. What comes
/// late makes writers' rows anew, which are folded in their turn.
/// </summary>
internal sealed class MongoRollupFolding(MongoDatabase database, TimeProvider time)
{
    /// <summary>Rows of one transaction, which a writer that comes late waits for.</summary>
    public const int RowsAtOnce = 500;

    /// <summary>How long a row must not have been moved. A writer meets the upkeep where it moves a row after so long a pause.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    /// <summary>Some rows of each kind. Returns how many, less than <see cref="RowsAtOnce"/> when there are no more.</summary>
    public async Task<int> FoldAsync(CancellationToken cancellationToken)
    {
        var most = 0;

        foreach (var collection in new[] { database.Rollups, database.Providers, database.Reasons })
        {
            most = Math.Max(most, await database.TransactAsync((session, token) => FoldAsync(collection, session, token), cancellationToken));
        }

        return most;
    }

    private async Task<int> FoldAsync(IMongoCollection<BsonDocument> collection, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() - Quiet;
        var quiet = new BsonDocument
        {
            { "o", new BsonDocument("$lt", UnixTime.DayOf(until)) }, { "u", new BsonDocument("$lt", MongoRollupRows.StepOf(until)) },
        };
        var rows = await collection.Find(session, quiet).Sort(new BsonDocument("o", 1)).Limit(RowsAtOnce).ToListAsync(cancellationToken);

        if (rows.Count > 0)
        {
            await MongoRollupRows.AddAsync(collection, session, [.. MongoRollupRows.ByPlace(rows)], cancellationToken);
            await collection.DeleteManyAsync(
                session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(rows.Select(row => row["_id"])))), cancellationToken: cancellationToken);
        }

        return rows.Count;
    }
}
