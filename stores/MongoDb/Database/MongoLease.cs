using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Says which of several replicas does a piece of upkeep, for as long as it goes on taking the lease. It only spares work: clocks
/// may differ, so what two do at once must be settled by what they do.
/// </summary>
/// <param name="database">Where it is kept.</param>
/// <param name="time">Whose clock measures it.</param>
/// <param name="fact">Names it among the facts.</param>
/// <param name="length">Another replica has it so long after it was last taken, when its holder was killed.</param>
internal sealed class MongoLease(MongoDatabase database, TimeProvider time, string fact, TimeSpan length)
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly string _name = Guid.NewGuid().ToString("N");
    private volatile bool _known;

    /// <summary>Takes or keeps it. False when another has it.</summary>
    public Task<bool> TakeAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var mine = new BsonDocument { { "by", _name }, { "until", now + (long)length.TotalMilliseconds } };
            var free = new BsonArray { new BsonDocument("by", _name), new BsonDocument("until", new BsonDocument("$lt", now)) };
            var taken = await database.Facts.UpdateOneAsync(
                new BsonDocument { { "_id", fact }, { "$or", free } }, new BsonDocument("$set", mine), cancellationToken: cancellationToken);

            if (taken.MatchedCount > 0 || _known)
            {
                return taken.MatchedCount > 0;
            }

            // Whoever makes the row has it; of two at once one finds it made.
            var made = await database.Facts.UpdateOneAsync(
                new BsonDocument("_id", fact), new BsonDocument("$setOnInsert", mine), new() { IsUpsert = true }, cancellationToken);
            _known = true;

            return made.UpsertedId is not null;
        },
        cancellationToken);

    /// <summary>Lets another have it at once. Nobody waits for that longer than two seconds, and a failure is none: it comes back by itself.</summary>
    public async Task GiveBackAsync()
    {
        using var patience = new CancellationTokenSource(LongestGoodbye, time);

        try
        {
            await database.UseAsync(
                () => database.Facts.UpdateOneAsync(
                    new BsonDocument { { "_id", fact }, { "by", _name } }, new BsonDocument("$set", new BsonDocument("until", 0L)),
                    cancellationToken: patience.Token),
                patience.Token);
        }
        catch (Exception error) when (error is StorageUnavailableException or OperationCanceledException)
        {
            // What the work itself ended with is what its caller hears.
        }
    }
}
