using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MailStats.Contracts;
using MailStats.Stores;
using MailStats.Stores.Deliveries;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Batches of this process that are on the in-memory bus, which forgets them when the process dies, and not settled yet.
/// The intake says when one sets out and waits until it is durable; <see cref="Settlements"/> says when its events are applied,
/// or that they cannot be. A batch that is settled either way holds no place any more.
/// </summary>
/// <remarks>
/// Applied is as durable as journaled, so a batch that is applied in time is never journaled: to write everything twice was a
/// tenth of what an event cost. The journal is for when the store is slow or down; it holds a batch until it is applied.
/// Invariant: a row that was begun to be written is removed only after that writing has ended, so none stays behind.
/// </remarks>
internal sealed class BatchesUnderWay(IIntakeJournal journal, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Batch> _batches = [];
    private volatile int _quarantined;

    /// <summary>For back-pressure and telemetry.</summary>
    public int Count => _batches.Count;

    /// <summary>Batches that were given up, by this process and earlier ones.</summary>
    public int Quarantined => _quarantined;

    /// <summary>Before a batch is published.</summary>
    public void SetOut(IReadOnlyList<DeliveriesReported> batches)
    {
        foreach (var batch in batches)
        {
            _batches.TryAdd(batch.BatchId, new());
        }
    }

    /// <summary>
    /// Returns when the events of every batch are applied or in quarantine or, after <paramref name="patience"/>, in the journal.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The journal could not be written.</exception>
    public async Task DurableAsync(IReadOnlyList<DeliveriesReported> batches, TimeSpan patience, CancellationToken cancellationToken)
    {
        var settled = Task.WhenAll(batches.Select(SettledAsync));

        try
        {
            await settled.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await JournalAsync(batches, cancellationToken);
        }
    }

    /// <summary>The events of a batch have been applied. True when the journal has it, or is about to: <see cref="RemoveAsync"/> it.</summary>
    public bool Applied(Guid batchId) => _batches.TryGetValue(batchId, out var batch) && Finish(batchId, batch);

    /// <summary>Whether the batch set out here and is not settled.</summary>
    public bool Knows(Guid batchId) => _batches.ContainsKey(batchId);

    /// <summary>
    /// Keeps a batch that cannot be processed on disk and gives its place to others. False when the quarantine is full.
    /// </summary>
    /// <remarks>The journal may be writing the same batch: whichever comes first, the batch ends in quarantine.</remarks>
    public async Task<bool> QuarantineAsync(DeliveriesReported batch, string reason, CancellationToken cancellationToken)
    {
        if (await journal.QuarantineAsync(batch, reason, time.GetUtcNow(), cancellationToken) is not { } quarantined)
        {
            return false;
        }

        _quarantined = quarantined;

        if (_batches.TryRemove(batch.BatchId, out var settled))
        {
            settled.Settled.TrySetResult();
        }

        return true;
    }

    /// <summary>What earlier processes gave up; when it is to be tried again, it is left over and no longer in quarantine.</summary>
    public async Task<IReadOnlyList<QuarantinedBatch>> OpenQuarantineAsync(bool release, CancellationToken cancellationToken)
    {
        if (release)
        {
            await journal.ReleaseAsync(cancellationToken);
        }

        var quarantined = await journal.QuarantinedAsync(cancellationToken);
        _quarantined = quarantined.Count;

        return quarantined;
    }

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
    public async IAsyncEnumerable<DeliveriesReported> LeftOverAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
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

    private Task SettledAsync(DeliveriesReported batch) =>
        _batches.TryGetValue(batch.BatchId, out var known) ? known.Settled.Task : Task.CompletedTask;

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
            batch.Journaling = batch.Settled.Task.IsCompleted ? null : journaling;

            return batch.Journaling is not null;
        }
    }

    private bool Finish(Guid batchId, Batch batch)
    {
        lock (batch)
        {
            batch.Settled.TrySetResult();

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
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the journal has the batch; null while it is in memory only.</summary>
        public Task? Journaling { get; set; }
    }
}
