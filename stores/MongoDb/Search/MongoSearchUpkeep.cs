using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>Keeps the index up, every second. Of several replicas one does it, for as long as it goes on doing it.</summary>
internal sealed class MongoSearchUpkeep(MongoSearchIndexer indexer, MongoDatabase database, TimeProvider time, ILogger<MongoSearchUpkeep> logger)
    : Rounds(time, logger)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromMinutes(10);

    /// <summary>What two replicas do at once is settled by the version of the index.</summary>
    private readonly MongoLease _lease = new(database, time, "search_lease", Lease);

    private DateTimeOffset _tidied = DateTimeOffset.MinValue;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override string NotDone => "The search index could not be kept up";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        while (await _lease.TakeAsync(stoppingToken) && await indexer.StepAsync(stoppingToken) >= MongoSearchIndexer.MaxRows)
        {
        }

        if (Time.GetUtcNow() - _tidied > TidyEvery && await _lease.TakeAsync(stoppingToken))
        {
            // What a killed process left behind goes too.
            await indexer.PurgeAsync(stoppingToken);
            await indexer.TidyAsync(stoppingToken);
            _tidied = Time.GetUtcNow();
        }
    }
}
