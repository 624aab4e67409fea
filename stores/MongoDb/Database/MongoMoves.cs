using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Moves what earlier releases wrote before anything else is done, so that nothing else has to know their forms. Of processes that start
/// together one moves and the others wait; one that is killed is followed by another half a minute later, or at the next start. Two that
/// move at once, by clocks that differ, conflict, and lose nothing.
/// </summary>
internal sealed class MongoMoves(MongoDatabase database, IReadOnlyList<IMongoMove> moves, TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly string _name = Guid.NewGuid().ToString("N");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var move in moves)
        {
            while (!await move.IsDoneAsync(database, cancellationToken))
            {
                if (!await TakeTurnAsync(cancellationToken))
                {
                    await Task.Delay(Pause, time, cancellationToken);
                    continue;
                }

                await database.TransactUnpreparedAsync((session, token) => move.MoveSomeAsync(database, session, token), cancellationToken);
            }
        }
    }

    private async Task<bool> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var free = new BsonArray { new BsonDocument("by", _name), new BsonDocument("until", new BsonDocument("$lt", now)) };

        try
        {
            await database.Facts.UpdateOneAsync(
                new BsonDocument { { "_id", "move" }, { "$or", free } },
                new BsonDocument("$set", new BsonDocument { { "by", _name }, { "until", now + (long)Turn.TotalMilliseconds } }),
                new() { IsUpsert = true },
                cancellationToken);

            return true;
        }
        catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Another has it.
            return false;
        }
    }
}
