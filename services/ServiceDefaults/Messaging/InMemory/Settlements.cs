using System.Threading.Channels;
using MailStats.Contracts;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Writes down how batches ended: removes applied ones from the intake journal, many at a time, and moves failed ones into its
/// quarantine. A batch that a crash leaves in the journal is processed again at the next start and changes nothing twice.
/// </summary>
/// <remarks>Bound: what waits here still has its place under way, of which there are <c>Ingest:MaxBatches</c>.</remarks>
internal sealed partial class Settlements(BatchesUnderWay underWay, TimeProvider time, ILogger<Settlements> logger) : BackgroundService
{
    private const int AtOnce = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Guid> _applied = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });
    private readonly Channel<(DeliveriesReported Batch, Exception Error)> _failed =
        Channel.CreateUnbounded<(DeliveriesReported, Exception)>(new() { SingleReader = true });

    /// <summary>The events of the batch are committed.</summary>
    public void Applied(Guid batchId)
    {
        if (underWay.Applied(batchId))
        {
            _applied.Writer.TryWrite(batchId);
        }
    }

    /// <summary>The batch was tried as often as it may be. Nothing for one that did not come through the intake.</summary>
    public void Failed(DeliveriesReported batch, Exception error)
    {
        if (underWay.Knows(batch.BatchId))
        {
            _failed.Writer.TryWrite((batch, error));
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RemoveAppliedAsync(stoppingToken), QuarantineFailedAsync(stoppingToken));

    private async Task RemoveAppliedAsync(CancellationToken stoppingToken)
    {
        var batches = new List<Guid>();

        while (await _applied.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batches.Count < AtOnce && _applied.Reader.TryRead(out var batch))
            {
                batches.Add(batch);
            }

            // What could not be removed stays in the list and is tried again: the journal never forgets too early, only too late.
            while (batches.Count > 0)
            {
                try
                {
                    await underWay.RemoveAsync(batches, stoppingToken);
                    batches.Clear();
                }
                catch (StorageUnavailableException error)
                {
                    LogNotRemoved(logger, batches.Count, error);
                    await Task.Delay(Pause, time, stoppingToken);
                }
            }
        }
    }

    private async Task QuarantineFailedAsync(CancellationToken stoppingToken)
    {
        await foreach (var (batch, error) in _failed.Reader.ReadAllAsync(stoppingToken))
        {
            // Until it is durable the batch keeps its place: losing it is worse than refusing new ones.
            while (!await TryQuarantineAsync(batch, error, stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task<bool> TryQuarantineAsync(DeliveriesReported batch, Exception error, CancellationToken cancellationToken)
    {
        var cause = error.GetType().Name;

        try
        {
            if (await underWay.QuarantineAsync(batch, $"{cause}: {error.Message}", cancellationToken))
            {
                LogQuarantined(logger, batch.BatchId, batch.Deliveries.Count, cause);

                return true;
            }

            LogFull(logger, batch.BatchId, IIntakeJournal.MaxQuarantined);
        }
        catch (StorageUnavailableException unavailable)
        {
            LogNotQuarantined(logger, batch.BatchId, unavailable);
        }

        return false;
    }

    [LoggerMessage(LogLevel.Warning, "The intake journal could not be cleared of {Batches} applied batches yet")]
    private static partial void LogNotRemoved(ILogger logger, int batches, Exception error);

    [LoggerMessage(LogLevel.Error, "Batch {BatchId} of {Events} events cannot be processed ({Cause}); it is in quarantine until Messaging:ReplayQuarantine")]
    private static partial void LogQuarantined(ILogger logger, Guid batchId, int events, string cause);

    [LoggerMessage(LogLevel.Error, "Batch {BatchId} cannot be processed, and the quarantine is full ({Max} batches): intake slows down until it is replayed")]
    private static partial void LogFull(ILogger logger, Guid batchId, int max);

    [LoggerMessage(LogLevel.Warning, "Batch {BatchId} cannot be processed and could not be moved into quarantine yet")]
    private static partial void LogNotQuarantined(ILogger logger, Guid batchId, Exception error);
}
