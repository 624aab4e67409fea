using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>
/// The bus forgets when the process dies: a call returns when the aggregator has applied the events, or the journal has them.
/// </summary>
internal sealed class InMemoryIntake(IBus bus, BatchesUnderWay underWay, IntakeLimits limits, TimeProvider time) : IBatchIntake
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public async Task<bool> TakeAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();

        while (underWay.Count >= limits.MaxBatches)
        {
            if (time.GetElapsedTime(started) >= limits.MaxWait)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        underWay.SetOut(batches);

        foreach (var batch in batches)
        {
            // Not cancelled: what has set out arrives.
            await bus.Publish(batch, CancellationToken.None);
        }

        using var span = Telemetry.Activities.StartActivity("intake.keep");
        span?.SetTag("mailstats.batches", batches.Count);
        await underWay.DurableAsync(batches, limits.JournalAfter, cancellationToken);

        return true;
    }
}
