using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>Keeps the index up, every second. Of several replicas one does it, for as long as it goes on doing it.</summary>
internal sealed class MongoSearchUpkeep(MongoSearchIndexer indexer, MongoDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    private readonly string _name = Guid.NewGuid().ToString("N");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tidied = DateTimeOffset.MinValue;
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await HasLeaseAsync(stoppingToken) && await indexer.StepAsync(stoppingToken) >= MongoSearchIndexer.MaxRows)
                {
                }

                if (time.GetUtcNow() - tidied > TidyEvery && await HasLeaseAsync(stoppingToken))
                {
                    // What a killed process left behind goes too.
                    await indexer.PurgeAsync(stoppingToken);
                    await indexer.TidyAsync(stoppingToken);
                    tidied = time.GetUtcNow();
                }
            }
            catch (StorageUnavailableException)
            {
                // Readiness says so; the next tick tries again.
            }
        }
    }

    /// <summary>The lease only spares work. What two replicas do at once is settled by the version of the index.</summary>
    private Task<bool> HasLeaseAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var free = new BsonArray { new BsonDocument("by", _name), new BsonDocument("until", new BsonDocument("$lt", now)) };

            try
            {
                await database.Facts.UpdateOneAsync(
                    new BsonDocument { { "_id", "search_lease" }, { "$or", free } },
                    new BsonDocument("$set", new BsonDocument { { "by", _name }, { "until", now + (long)Lease.TotalMilliseconds } }),
                    new() { IsUpsert = true },
                    cancellationToken);

                return true;
            }
            catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                return false;
            }
        },
        cancellationToken);
}
