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
    /// <summary>Events in one bus message: large enough for speed.</summary>
    public const int BatchSize = 500;

    /// <summary>
    /// Bytes of the events in one bus message, a quarter of what the broker takes by default (16 MiB): the same events come back
    /// from the classifier with what it says of each. One event alone has less in any case.
    /// </summary>
    public const int BatchBytes = 4 * 1024 * 1024;

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
        var batches = new List<DeliveriesReported>((events.Count + BatchSize - 1) / BatchSize);
        var (start, bytes) = (0, 0);

        for (var next = 0; next < events.Count; next++)
        {
            var weight = EventWeight.Of(events[next]);

            if (next - start == BatchSize || (next > start && bytes + weight > BatchBytes))
            {
                batches.Add(Batch(events.GetRange(start, next - start)));
                (start, bytes) = (next, 0);
            }

            bytes += weight;
        }

        batches.Add(Batch(events.GetRange(start, events.Count - start)));

        return batches;
    }

    private DeliveriesReported Batch(List<DeliveryEvent> events)
    {
        var now = time.GetUtcNow();

        return new DeliveriesReported { BatchId = Guid.CreateVersion7(now), ReceivedAt = now, Deliveries = events };
    }

    [LoggerMessage(LogLevel.Warning, "Not confirmed in time: {Batches} batches; the client was told to send them again")]
    private static partial void LogUnconfirmed(ILogger logger, int batches, Exception? exception);
}
