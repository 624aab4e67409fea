using MailStats.Contracts;

namespace MailStats.ServiceDefaults;

/// <summary>Takes batches of reported events in, for the pipeline. What "durable" rests on is the transport's affair.</summary>
public interface IBatchIntake
{
    /// <summary>
    /// Publishes the batches and returns true when a crash of every process can no longer lose them. False when as many are
    /// under way as there may be: nothing was taken.
    /// </summary>
    /// <exception cref="MassTransit.MassTransitException">The broker did not confirm. Some batches may have been taken.</exception>
    /// <exception cref="Stores.StorageUnavailableException">They could not be journaled. Some may be applied all the same.</exception>
    Task<bool> TakeAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken);
}

/// <param name="MaxBatches">Batches that may be under way at once: to the broker, or in memory to the store.</param>
/// <param name="MaxWait">How long a call waits for room among them.</param>
/// <param name="JournalAfter">In memory only: how long a call waits for its events to be applied before they are journaled.</param>
public sealed record IntakeLimits(int MaxBatches, TimeSpan MaxWait, TimeSpan JournalAfter);
