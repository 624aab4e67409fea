using MailStats.Stores;
using MailStats.Stores.Deliveries;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Gives the broker, at start, what an earlier run without one had acknowledged and not finished: what the intake journal
/// holds is published by whatever starts next.
/// </summary>
/// <remarks>
/// Invariant: a batch leaves the journal only after the broker has confirmed it. A crash, or another replica that does the
/// same, publishes it twice, which changes nothing. One batch is in memory at a time.
/// </remarks>
internal sealed partial class BrokerReplay(
    IBus bus, IIntakeJournal journal, IOptions<MessagingOptions> messaging, TimeProvider time, ILogger<BrokerReplay> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A broker or a store that is down is waited for; requests are served meanwhile.
        while (!await TryReplayAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TryReplayAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (messaging.Value.ReplayQuarantine)
            {
                await journal.ReleaseAsync(cancellationToken);
            }

            var events = 0;

            await foreach (var batch in journal.ReadAllAsync(cancellationToken))
            {
                await bus.Publish(batch, cancellationToken);
                await journal.RemoveAsync([batch.BatchId], cancellationToken);
                events += batch.Deliveries.Count;
            }

            if (events > 0)
            {
                LogReplayed(logger, events);
            }

            if (await journal.QuarantinedAsync(cancellationToken) is [var oldest, ..] quarantined)
            {
                LogQuarantine(logger, quarantined.Count, oldest.FailedAt);
            }

            return true;
        }
        catch (Exception error) when (error is StorageUnavailableException or MassTransitException)
        {
            LogWaiting(logger, error);

            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Gave the broker {Events} events that an earlier run without one had acknowledged but not finished")]
    private static partial void LogReplayed(ILogger logger, int events);

    [LoggerMessage(
        LogLevel.Warning,
        "{Batches} batches that could not be processed are in quarantine, the oldest since {Since:u}; Messaging:ReplayQuarantine tries them again")]
    private static partial void LogQuarantine(ILogger logger, int batches, DateTimeOffset since);

    [LoggerMessage(LogLevel.Warning, "What the intake journal holds could not be given to the broker yet")]
    private static partial void LogWaiting(ILogger logger, Exception error);
}
