using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Hosting;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Folds writers' rows, every minute. Readers add them up either way, so it may lag or stop: they would only have more to read.
/// </summary>
internal sealed class MongoRollupUpkeep(MongoRollupFolding folding, MongoDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Two replicas that fold the same rows conflict, and one finds them gone.</summary>
    private readonly MongoLease _lease = new(database, time, "folding_lease", 2 * Interval);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);

            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FoldAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, orderly or by disposing of its host.
        }
    }

    private async Task FoldAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _lease.TakeAsync(stoppingToken) && await folding.FoldAsync(stoppingToken) >= MongoRollupFolding.RowsAtOnce)
            {
            }
        }
        catch (StorageUnavailableException)
        {
            // Readiness says so; the next tick tries again.
        }
    }
}
