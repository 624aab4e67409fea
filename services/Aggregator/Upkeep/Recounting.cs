using MailStats.Stores;
using MailStats.Stores.Upkeep;

namespace MailStats.Aggregator.Upkeep;

/// <summary>
/// Once after an upgrade that counts what earlier releases did not: everything is counted again from the deliveries, as
/// <c>verify --repair</c> does. Until then the new figures lack what came before. Every replica may do it.
/// </summary>
internal sealed partial class Recounting(IVerificationStore verification, TimeProvider time, ILogger<Recounting> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
        {
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await verification.IsRecountDueAsync(stoppingToken))
            {
                var report = await verification.VerifyAsync(repair: true, stoppingToken);
                LogCounted(logger, report.Deliveries, report.Differences);
            }

            return true;
        }
        catch (StorageUnavailableException error)
        {
            LogNotCounted(logger, error);

            return false;
        }
        catch (Exception defect) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(logger, defect);

            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Counted again after the upgrade: {Deliveries} deliveries, {Differences} rows were not as they say")]
    private static partial void LogCounted(ILogger logger, long deliveries, long differences);

    [LoggerMessage(LogLevel.Warning, "Figures could not be counted again now; it is tried again in a minute")]
    private static partial void LogNotCounted(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "Figures could not be counted again: what is stored cannot be read. verify names the rows; it is tried again in a minute")]
    private static partial void LogFailed(ILogger logger, Exception defect);
}
