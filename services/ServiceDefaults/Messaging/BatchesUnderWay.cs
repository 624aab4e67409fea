using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MailStats.Contracts;
using MailStats.Stores;
using MailStats.Stores.Deliveries;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Batches of this process that are on the in-memory bus, which forgets them when the process dies, and not applied yet.
/// Ingest says when one sets out and waits until it is durable, the aggregator says when its events are applied.
/// </summary>
/// <remarks>
/// Applied is as durable as journaled, so a batch that is applied in time is never journaled: to write everything twice was a
/// tenth of what an event cost. The journal is for when the store is slow or down; it holds a batch until it is applied.
/// Invariant: a row that was begun to be written is removed only after that writing has ended, so none stays behind.
/// </remarks>
public sealed class BatchesUnderWay(IIntakeJournal journal, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Batch> _batches = [];

    /// <summary>For back-pressure and telemetry.</summary>
    public int Count => _batches.Count;

    /// <summary>Before a batch is published.</summary>
    public void SetOut(IReadOnlyList<DeliveriesReported> batches)
    {
        foreach (var batch in batches)
        {
            _batches.TryAdd(batch.BatchId, new());
        }
    }

    /// <summary>Returns when the events of every batch are applied or, after <paramref name="patience"/>, are in the journal. Throws <see cref="StorageUnavailableException"/>.</summary>
    public async Task DurableAsync(IReadOnlyList<DeliveriesReported> batches, TimeSpan patience, CancellationToken cancellationToken)
    {
        var applied = Task.WhenAll(batches.Select(AppliedAsync));

        try
        {
            await applied.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await JournalAsync(batches, cancellationToken);
        }
    }

    /// <summary>The events of a batch have been applied. True when the journal has it, or is about to: <see cref="RemoveAsync"/> it.</summary>
    public bool Applied(Guid batchId) => _batches.TryGetValue(batchId, out var batch) && Finish(batchId, batch);

    /// <summary>Removes applied batches from the journal.</summary>
    public async Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken)
    {
        await Task.WhenAll(batchIds.Select(id => _batches.TryGetValue(id, out var batch) ? batch.Journaling! : Task.CompletedTask))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await journal.RemoveAsync(batchIds, cancellationToken);

        foreach (var id in batchIds)
        {
            _batches.TryRemove(id, out _);
        }
    }

    /// <summary>What an earlier process, <paramref name="before"/> this one, had journaled and not applied, oldest first. To be published.</summary>
    public async IAsyncEnumerable<DeliveriesReported> LeftOverAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in journal.ReadAllAsync(cancellationToken))
        {
            if (batch.ReceivedAt < before)
            {
                _batches.TryAdd(batch.BatchId, new() { Journaling = Task.CompletedTask });
                yield return batch;
            }
        }
    }

    private Task AppliedAsync(DeliveriesReported batch) =>
        _batches.TryGetValue(batch.BatchId, out var known) ? known.Applied.Task : Task.CompletedTask;

    private async Task JournalAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        var journaling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        try
        {
            await journal.AppendAsync([.. batches.Where(batch => Begins(batch.BatchId, journaling.Task))], cancellationToken);
        }
        finally
        {
            journaling.SetResult();
        }
    }

    private bool Begins(Guid batchId, Task journaling)
    {
        if (!_batches.TryGetValue(batchId, out var batch))
        {
            return false;
        }

        lock (batch)
        {
            batch.Journaling = batch.Applied.Task.IsCompleted ? null : journaling;

            return batch.Journaling is not null;
        }
    }

    private bool Finish(Guid batchId, Batch batch)
    {
        lock (batch)
        {
            batch.Applied.TrySetResult();

            if (batch.Journaling is not null)
            {
                return true;
            }
        }

        _batches.TryRemove(batchId, out _);

        return false;
    }

    private sealed class Batch
    {
        public TaskCompletionSource Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the journal has the batch; null while it is in memory only.</summary>
        public Task? Journaling { get; set; }
    }
}
