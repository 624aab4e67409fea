using System.Collections.Concurrent;
using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Waits until the aggregator has applied the batch or given it up: the bus holds one batch for each tenant whose history is
/// classified anew, whatever the size of the history. An outage of the store holds the pass with it.
/// </summary>
internal sealed class InMemoryRepublication(IBus bus) : IRepublication
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _underWay = [];

    public async Task PublishAsync(DeliveriesClassified batch, CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[batch.BatchId] = settled;

        try
        {
            await bus.Publish(batch, cancellationToken);
            await settled.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _underWay.TryRemove(batch.BatchId, out _);
        }
    }

    /// <summary>The batch is applied or given up. Nothing for one that was not published here.</summary>
    public void Settled(Guid batchId)
    {
        if (_underWay.TryGetValue(batchId, out var settled))
        {
            settled.TrySetResult();
        }
    }
}
