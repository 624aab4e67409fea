using Microsoft.Extensions.Hosting;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>
/// Keeps the index up: every second it takes in what was there a second ago, so that what is told of a delivery within that
/// time is written once. Any process that has the store may do it; they do it in turns.
/// </summary>
internal sealed class SqliteSearchUpkeep(SqliteSearchIndexer indexer, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What a killed process left behind.
        var purged = false;
        var upTo = 0L;
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (!purged)
                {
                    await indexer.PurgeAsync(stoppingToken);
                    purged = true;
                }

                while (await indexer.StepAsync(upTo, stoppingToken) >= SqliteSearchIndexer.MaxRows)
                {
                }

                upTo = indexer.LastDelivery();
            }
            catch (StorageUnavailableException)
            {
                // Readiness says so; the next tick tries again.
            }
        }
    }
}
