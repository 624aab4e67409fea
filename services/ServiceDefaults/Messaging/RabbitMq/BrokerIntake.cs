using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>The broker is the journal: a publication returns when it has confirmed.</summary>
internal sealed class BrokerIntake(IBus bus, IntakeLimits limits) : IBatchIntake, IDisposable
{
    private readonly SemaphoreSlim _room = new(limits.MaxBatches);

    public async Task<bool> TakeAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        if (!await _room.WaitAsync(limits.MaxWait, cancellationToken))
        {
            return false;
        }

        try
        {
            await Task.WhenAll(batches.Select(batch => bus.Publish(batch, cancellationToken)));
        }
        finally
        {
            _room.Release();
        }

        return true;
    }

    public void Dispose() => _room.Dispose();
}
