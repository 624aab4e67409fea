using System.Collections.Concurrent;
using System.Threading.Channels;
using MailStats.Contracts;

namespace MailStats.Ingest.Tests;

/// <summary>Keeps what is published.</summary>
internal sealed class Subscriber
{
    private readonly Channel<DeliveriesReported> _arrived = Channel.CreateUnbounded<DeliveriesReported>();

    public ConcurrentQueue<DeliveriesReported> Batches { get; } = [];

    /// <summary>True to stand for the aggregator too.</summary>
    public bool Applies { get; set; }

    public IEnumerable<DeliveryEvent> Events => Batches.SelectMany(batch => batch.Deliveries);

    public Task TakeAsync(DeliveriesReported batch)
    {
        Batches.Enqueue(batch);

        return _arrived.Writer.WriteAsync(batch).AsTask();
    }

    public async Task WaitForAsync(int batches)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        for (var seen = 0; seen < batches; seen++)
        {
            await _arrived.Reader.ReadAsync(deadline.Token);
        }
    }
}
