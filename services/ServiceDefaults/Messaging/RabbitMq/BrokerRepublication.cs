using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>The broker keeps on disk what is not worked off, and confirms each batch: one is on its way at a time.</summary>
internal sealed class BrokerRepublication(IBus bus) : IRepublication
{
    public Task PublishAsync(DeliveriesClassified batch, CancellationToken cancellationToken) => bus.Publish(batch, cancellationToken);
}
