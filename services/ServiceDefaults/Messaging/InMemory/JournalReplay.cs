using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Brings back, at start, what the in-memory bus forgot when the process before died. It runs beside new requests:
/// publishing a batch twice changes nothing.
/// </summary>
internal sealed partial class JournalReplay(
    IBus bus,
    BatchesUnderWay underWay,
    IntakeLimits limits,
    IMeterFactory meters,
    IOptions<MessagingOptions> messaging,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<JournalReplay> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly DateTimeOffset _started = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        InMemoryMetrics.Add(meters, underWay);

        // Before the bus has its queues, a message in memory goes nowhere.
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(ready.SetResult);
        await ready.Task.WaitAsync(stoppingToken);

        var quarantined = await underWay.OpenQuarantineAsync(messaging.Value.ReplayQuarantine, stoppingToken);

        if (quarantined.Count > 0)
        {
            LogQuarantine(logger, quarantined.Count, quarantined[0].FailedAt);
        }

        var replayed = 0;

        await foreach (var batch in underWay.LeftOverAsync(_started, stoppingToken))
        {
            // A quarantine holds more than there is memory for at once.
            while (underWay.Count > limits.MaxBatches)
            {
                await Task.Delay(Pause, time, stoppingToken);
            }

            await bus.Publish(batch, stoppingToken);
            replayed += batch.Deliveries.Count;
        }

        if (replayed > 0)
        {
            LogReplayed(logger, replayed);
        }
    }

    [LoggerMessage(LogLevel.Information, "Published {Events} events that an earlier run had acknowledged but not finished")]
    private static partial void LogReplayed(ILogger logger, int events);

    [LoggerMessage(
        LogLevel.Warning,
        "{Batches} batches that could not be processed are in quarantine, the oldest since {Since:u}; Messaging:ReplayQuarantine tries them again")]
    private static partial void LogQuarantine(ILogger logger, int batches, DateTimeOffset since);
}
