using MailStats.Mail.Attempts;
using MailStats.Stores;
using MailStats.Stores.Attempts;

namespace MailStats.Aggregator.Upkeep;

/// <summary>
/// Puts together what applications wrote to the second ledger one by one. Readers add it up either way, so it may lag or stop;
/// they would only have more to read. Every replica may do it.
/// </summary>
internal sealed partial class Folding(IAttemptStore attempts, TimeProvider time, ILogger<Folding> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // What comes in meanwhile waits for the next round: it would never end while events do not.
                while (await attempts.FoldAsync(stoppingToken) >= TallyFolding.PlacesAtOnce)
                {
                }
            }
            catch (StorageUnavailableException error)
            {
                LogNotFolded(logger, error);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Attempts could not be put together now; the next round tries again")]
    private static partial void LogNotFolded(ILogger logger, Exception error);
}
