using MailStats.Stores;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Options;

namespace MailStats.Aggregator.Upkeep;

/// <summary>Once an hour removes what is older than the settings keep. Every replica may do it: what is gone is gone once.</summary>
internal sealed partial class Trimming(
    IRetentionStore retention, IOptions<StorageOptions> options, TimeProvider time, ILogger<Trimming> logger) : Rounds(time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override bool AtOnce => true;

    protected override string NotDone => "Old rows could not be removed";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow();
        var removed = await retention.TrimAsync(
            now.AddDays(-options.Value.DeliveriesKeptDays), now.AddMonths(-options.Value.RollupsKeptMonths), stoppingToken);
        LogTrimmed(Logger, removed.Deliveries, removed.Rollups);
    }

    [LoggerMessage(LogLevel.Information, "Removed by age: {Deliveries} deliveries, {Rollups} rollup rows")]
    private static partial void LogTrimmed(ILogger logger, long deliveries, long rollups);
}
