using MailStats.Stores;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Options;

namespace MailStats.Aggregator.Upkeep;

/// <summary>Once an hour removes what is older than the settings keep. Every replica may do it: what is gone is gone once.</summary>
internal sealed partial class Trimming(
    IRetentionStore retention, IOptions<StorageOptions> options, TimeProvider time, ILogger<Trimming> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        do
        {
            try
            {
                var now = time.GetUtcNow();
                var removed = await retention.TrimAsync(
                    now.AddDays(-options.Value.DeliveriesKeptDays), now.AddMonths(-options.Value.RollupsKeptMonths), stoppingToken);
                LogTrimmed(logger, removed.Deliveries, removed.Rollups);
            }
            catch (StorageUnavailableException error)
            {
                LogNotTrimmed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Removed by age: {Deliveries} deliveries, {Rollups} rollup rows")]
    private static partial void LogTrimmed(ILogger logger, long deliveries, long rollups);

    [LoggerMessage(LogLevel.Warning, "Old rows could not be removed now; the next hour tries again")]
    private static partial void LogNotTrimmed(ILogger logger, Exception error);
}
