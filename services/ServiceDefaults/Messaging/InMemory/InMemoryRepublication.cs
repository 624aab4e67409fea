using System.Collections.Concurrent;
using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Waits until the aggregator has applied the batch or given it up: the bus holds one batch for each tenant whose history is
/// classified anew, whatever the size of the history. An outage of the store holds the pass with it.
/// </summary>
internal sealed class InMemoryRepublication(IBus bus, RepublishedBatches batches) : IRepublication
{
    public async Task PublishAsync(DeliveriesClassified batch, CancellationToken cancellationToken)
    {
        var settled = batches.SetOut(batch.BatchId);

        try
        {
            await bus.Publish(batch, cancellationToken);
            await settled.WaitAsync(cancellationToken);
        }
        finally
        {
            batches.Forget(batch.BatchId);
        }
    }
}

/// <summary>Which batches of the history are on the bus. Apart from what publishes them: the bus's filters are made before the bus.</summary>
internal sealed class RepublishedBatches
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _underWay = [];

    /// <returns>Ends when the batch is settled.</returns>
    public Task SetOut(Guid batchId) =>
        (_underWay[batchId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Forget(Guid batchId) => _underWay.TryRemove(batchId, out _);

    /// <summary>The batch is applied or given up. Nothing for one that was not published here.</summary>
    public void Settled(Guid batchId)
    {
        if (_underWay.TryGetValue(batchId, out var settled))
        {
            settled.TrySetResult();
        }
    }
}
