using MailStats.Stores.Quotas;
using MailStats.Stores.Upkeep;

namespace MailStats.Aggregator.Quotas;

/// <summary>
/// Lets time pass for quotas: reservations expire, periods end. Every replica runs one; the store sees to it that each
/// thing happens once.
/// </summary>
internal sealed class QuotaClock(IQuotaStore quotas, AggregatorMetrics metrics, TimeProvider time, ILogger<QuotaClock> logger)
    : Rounds(time, logger)
{
    private static readonly TimeSpan BetweenMeasurements = TimeSpan.FromSeconds(30);

    private DateTimeOffset _measuredAt = DateTimeOffset.MinValue;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    // What was due stays due.
    protected override string NotDone => "Quotas could not be moved on";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        await quotas.AdvanceAsync(stoppingToken);
        await MeasureAsync(stoppingToken);
    }

    private async Task MeasureAsync(CancellationToken stoppingToken)
    {
        if (Time.GetUtcNow() - _measuredAt >= BetweenMeasurements)
        {
            metrics.Unreserved(await quotas.UnreservedAsync(stoppingToken));
            _measuredAt = Time.GetUtcNow();
        }
    }
}
