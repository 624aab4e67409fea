using MailStats.Mail.Attempts;
using MailStats.Stores.Attempts;
using MailStats.Stores.Upkeep;

namespace MailStats.Aggregator.Upkeep;

/// <summary>
/// Puts together what applications wrote to the second ledger one by one. Readers add it up either way, so it may lag or stop;
/// they would only have more to read. Every replica may do it.
/// </summary>
internal sealed class Folding(IAttemptStore attempts, TimeProvider time, ILogger<Folding> logger) : Rounds(time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    protected override string NotDone => "Attempts could not be put together";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        // What comes in meanwhile waits for the next round: it would never end while events do not.
        while (await attempts.FoldAsync(stoppingToken) >= TallyFolding.PlacesAtOnce)
        {
        }
    }
}
