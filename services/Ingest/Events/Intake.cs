using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MassTransit;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest.Events;

/// <summary>What became of events that were handed in.</summary>
internal enum IntakeOutcome
{
    /// <summary>They are durable: confirmed by the broker, or applied, or in the journal on disk.</summary>
    Taken = 0,

    /// <summary>Too much is under way; nothing was taken.</summary>
    Busy = 1,

    /// <summary>The broker or the disk did not confirm in time. Some may have been taken; sending again changes nothing twice.</summary>
    Unconfirmed = 2,
}

/// <summary>
/// Hands events to the pipeline. Invariant: <see cref="IntakeOutcome.Taken"/> is returned only when a crash of every
/// process can no longer lose the events.
/// </summary>
internal sealed partial class Intake(
    IBatchIntake intake,
    IOptions<IngestOptions> options,
    IngestMetrics metrics,
    TimeProvider time,
    ILogger<Intake> logger)
{
    /// <summary>Events in one bus message: large enough for speed, small enough for every broker's message limit.</summary>
    public const int BatchSize = 500;

    public async Task<IntakeOutcome> TakeAsync(List<DeliveryEvent> events, CancellationToken cancellationToken)
    {
        var batches = Split(events);
        using var deadline = new CancellationTokenSource(options.Value.ConfirmTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        try
        {
            var taken = await intake.TakeAsync(batches, either.Token);

            if (taken)
            {
                metrics.Taken(events);
            }

            return taken ? IntakeOutcome.Taken : IntakeOutcome.Busy;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogUnconfirmed(logger, batches.Count, null);

            return IntakeOutcome.Unconfirmed;
        }
        catch (Exception exception) when (exception is MassTransitException or StorageUnavailableException)
        {
            LogUnconfirmed(logger, batches.Count, exception);

            return IntakeOutcome.Unconfirmed;
        }
    }

    private List<DeliveriesReported> Split(List<DeliveryEvent> events)
    {
        var now = time.GetUtcNow();
        var batches = new List<DeliveriesReported>((events.Count + BatchSize - 1) / BatchSize);

        for (var start = 0; start < events.Count; start += BatchSize)
        {
            batches.Add(new DeliveriesReported
            {
                BatchId = Guid.CreateVersion7(now),
                ReceivedAt = now,
                Deliveries = events.GetRange(start, Math.Min(BatchSize, events.Count - start)),
            });
        }

        return batches;
    }

    [LoggerMessage(LogLevel.Warning, "Not confirmed in time: {Batches} batches; the client was told to send them again")]
    private static partial void LogUnconfirmed(ILogger logger, int batches, Exception? exception);
}
