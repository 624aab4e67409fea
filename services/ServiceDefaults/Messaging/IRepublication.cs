using MailStats.Contracts;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Publishes deliveries of the history that were classified anew. A whole history is more than a bus in memory may hold, so a
/// call returns when the next batch may come.
/// </summary>
public interface IRepublication
{
    /// <exception cref="MassTransit.MassTransitException">The broker did not confirm.</exception>
    Task PublishAsync(DeliveriesClassified batch, CancellationToken cancellationToken);
}
