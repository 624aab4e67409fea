using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Hosting;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>Keeps the index up, every second. Of several replicas one does it, for as long as it goes on doing it.</summary>
internal sealed class MongoSearchUpkeep(MongoSearchIndexer indexer, MongoDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    /// <summary>What two replicas do at once is settled by the version of the index.</summary>
    private readonly MongoLease _lease = new(database, time, "search_lease", Lease);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await KeepUpAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, orderly or by disposing of its host.
        }
    }

    private async Task KeepUpAsync(CancellationToken stoppingToken)
    {
        var tidied = DateTimeOffset.MinValue;
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await _lease.TakeAsync(stoppingToken) && await indexer.StepAsync(stoppingToken) >= MongoSearchIndexer.MaxRows)
                {
                }

                if (time.GetUtcNow() - tidied > TidyEvery && await _lease.TakeAsync(stoppingToken))
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
}
