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
    IBus bus,
    BatchesUnderWay underWay,
    IOptions<MessagingOptions> messaging,
    IOptions<IngestOptions> options,
    IngestMetrics metrics,
    TimeProvider time,
    ILogger<Intake> logger) : IDisposable
{
    /// <summary>Events in one bus message: large enough for speed, small enough for every broker's message limit.</summary>
    public const int BatchSize = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _room = new(options.Value.MaxBatches);

    public async Task<IntakeOutcome> TakeAsync(List<DeliveryEvent> events, CancellationToken cancellationToken)
    {
        var batches = Split(events);
        using var deadline = new CancellationTokenSource(options.Value.ConfirmTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        try
        {
            var taken = messaging.Value.KeepsMessages
                ? await PublishConfirmedAsync(batches, either.Token)
                : await PublishAndKeepAsync(batches, either.Token);

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

    public void Dispose() => _room.Dispose();

    /// <summary>Publishes what an earlier process had acknowledged but not finished.</summary>
    public async Task ReplayAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var replayed = 0;

        await foreach (var batch in underWay.LeftOverAsync(before, cancellationToken))
        {
            await bus.Publish(batch, cancellationToken);
            replayed += batch.Deliveries.Count;
        }

        if (replayed > 0)
        {
            LogReplayed(logger, replayed);
        }
    }

    // The broker is the journal: Publish returns when it has confirmed.
    private async Task<bool> PublishConfirmedAsync(List<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        if (!await _room.WaitAsync(options.Value.MaxWait, cancellationToken))
        {
            return false;
        }

        try
        {
            await Task.WhenAll(batches.ConvertAll(batch => bus.Publish(batch, cancellationToken)));
        }
        finally
        {
            _room.Release();
        }

        return true;
    }

    // The bus forgets when the process dies: the answer waits until the aggregator has applied the events, or the journal has them.
    private async Task<bool> PublishAndKeepAsync(List<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();

        while (underWay.Count >= options.Value.MaxBatches)
        {
            if (time.GetElapsedTime(started) >= options.Value.MaxWait)
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
        await underWay.DurableAsync(batches, options.Value.JournalAfter, cancellationToken);

        return true;
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

    [LoggerMessage(LogLevel.Information, "Published {Events} events that an earlier run had acknowledged but not finished")]
    private static partial void LogReplayed(ILogger logger, int events);
}
