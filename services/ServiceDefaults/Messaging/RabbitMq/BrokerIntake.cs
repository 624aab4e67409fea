using System.Threading.RateLimiting;
using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>The broker is the journal: a publication returns when it has confirmed.</summary>
internal sealed class BrokerIntake(IBus bus, IntakeLimits limits, TimeProvider time) : IBatchIntake, IDisposable
{
    /// <summary>Batches that may wait for room. Each request that waits holds its body's share of memory, which bounds them sooner.</summary>
    private const int MaxWaiting = 100_000;

    private readonly ConcurrencyLimiter _room = new(new()
    {
        PermitLimit = limits.MaxBatches,
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task<bool> TakeAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        using var room = await RoomAsync(batches.Count, cancellationToken);

        if (!room.IsAcquired)
        {
            return false;
        }

        await Task.WhenAll(batches.Select(batch => bus.Publish(batch, cancellationToken)));

        return true;
    }

    public void Dispose() => _room.Dispose();

    /// <summary>Room for so many batches; a request of more than there may be at all goes when it is alone.</summary>
    private async Task<RateLimitLease> RoomAsync(int batches, CancellationToken cancellationToken)
    {
        var places = Math.Min(batches, limits.MaxBatches);
        using var patience = new CancellationTokenSource(limits.MaxWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);

        try
        {
            return await _room.AcquireAsync(places, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return _room.AttemptAcquire(places);
        }
    }
}
