using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>
/// Gives their ids to deliveries that programs before there were ids wrote, a thousand at a time and beside all else. Runs at every
/// start: an old replica that was still running wrote more of them. When there is none left, that is one look into an index.
/// </summary>
internal sealed class MongoNaming(MongoDatabase database, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private static readonly BsonDocument Unnamed = new("i", BsonNull.Value);

    /// <summary>True while there are deliveries that cannot be found by their ids. One look into an index.</summary>
    public static Task<bool> IsUnfinishedAsync(MongoDatabase database, CancellationToken cancellationToken) =>
        database.Deliveries.Find(Unnamed).Limit(1).AnyAsync(cancellationToken);

    public async Task NameAsync(CancellationToken cancellationToken)
    {
        while (await database.UseAsync(() => NameSomeAsync(cancellationToken), cancellationToken) == AtOnce)
        {
            // The next thousand. What is interrupted here goes on at the next tick or start.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);

        do
        {
            try
            {
                await NameAsync(stoppingToken);

                return;
            }
            catch (StorageUnavailableException)
            {
                // Readiness says so; the next tick tries again.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> NameSomeAsync(CancellationToken cancellationToken)
    {
        var rows = await database.Deliveries.Find(Unnamed)
            .Project<BsonDocument>(new BsonDocument { { "t", 1 }, { "r", 1 } })
            .Limit(AtOnce)
            .ToListAsync(cancellationToken);
        var writes = rows.ConvertAll<WriteModel<BsonDocument>>(row => new UpdateOneModel<BsonDocument>(
            new BsonDocument("_id", row["_id"]),
            new BsonDocument("$set", new BsonDocument("i", MongoKeys.Id(MongoKeys.IdOf(row))))));

        if (writes.Count > 0)
        {
            await database.Deliveries.BulkWriteAsync(writes, new() { IsOrdered = false }, cancellationToken);
        }

        return rows.Count;
    }
}
