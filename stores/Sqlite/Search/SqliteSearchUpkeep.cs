using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>
/// Keeps the index up: every second it takes in what was there a second ago, so that what is told of a delivery within that
/// time is written once. Any process that has the store may do it; they do it in turns.
/// </summary>
internal sealed class SqliteSearchUpkeep(SqliteSearchIndexer indexer, TimeProvider time, ILogger<SqliteSearchUpkeep> logger) : Rounds(time, logger)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private bool _purged;
    private long _upTo;

    protected override TimeSpan Interval => Every;

    protected override string NotDone => "The search index could not be kept up";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        if (!_purged)
        {
            // What a killed process left behind.
            await indexer.PurgeAsync(stoppingToken);
            _purged = true;
        }

        while (await indexer.StepAsync(_upTo, stoppingToken) >= SqliteSearchIndexer.MaxRows)
        {
        }

        _upTo = indexer.LastDelivery();
    }
}
