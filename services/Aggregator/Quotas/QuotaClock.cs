using MailStats.Stores.Quotas;

namespace MailStats.Aggregator.Quotas;

/// <summary>
/// Lets time pass for quotas: reservations expire, periods end. Every replica runs one; the store sees to it that each
/// thing happens once.
/// </summary>
internal sealed partial class QuotaClock(IQuotaStore quotas, AggregatorMetrics metrics, TimeProvider time, ILogger<QuotaClock> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenMeasurements = TimeSpan.FromSeconds(30);

    private DateTimeOffset _measuredAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await quotas.AdvanceAsync(stoppingToken);
                await MeasureAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // What was due stays due, and is found in the next round.
                LogNotAdvanced(logger, error);
            }
        }
    }

    private async Task MeasureAsync(CancellationToken stoppingToken)
    {
        if (time.GetUtcNow() - _measuredAt >= BetweenMeasurements)
        {
            metrics.Unreserved(await quotas.UnreservedAsync(stoppingToken));
            _measuredAt = time.GetUtcNow();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Quotas could not be moved on; they will be in the next round")]
    private static partial void LogNotAdvanced(ILogger logger, Exception error);
}
