using MailStats.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>
/// Brings back, at start, what the in-memory bus forgot when the process before died. It runs beside new requests:
/// publishing a batch twice changes nothing.
/// </summary>
internal sealed class JournalReplay(
    Intake intake,
    IOptions<MessagingOptions> messaging,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (messaging.Value.KeepsMessages)
        {
            return;
        }

        // Before the bus has its queues, a message in memory goes nowhere.
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(ready.SetResult);
        await ready.Task.WaitAsync(stoppingToken);
        await intake.ReplayAsync(_started, stoppingToken);
    }
}
