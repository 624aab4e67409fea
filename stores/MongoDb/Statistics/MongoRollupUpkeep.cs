using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Folds writers' rows, every minute. Readers add them up either way, so it may lag or stop: they would only have more to read.
/// </summary>
internal sealed class MongoRollupUpkeep(MongoRollupFolding folding, MongoDatabase database, TimeProvider time, ILogger<MongoRollupUpkeep> logger)
    : Rounds(time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Two replicas that fold the same rows conflict, and one finds them gone.</summary>
    private readonly MongoLease _lease = new(database, time, "folding_lease", 2 * Every);

    protected override TimeSpan Interval => Every;

    protected override string NotDone => "Rollups could not be put together";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        while (await _lease.TakeAsync(stoppingToken) && await folding.FoldAsync(stoppingToken) >= MongoRollupFolding.RowsAtOnce)
        {
        }
    }
}
