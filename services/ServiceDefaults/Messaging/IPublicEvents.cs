namespace MailStats.ServiceDefaults;

/// <summary>
/// Publishes events for programs outside, in any language, beside the messages inside. Over RabbitMQ they go to the durable topic
/// exchange <c>mailstats.events</c>; in memory there is nobody outside who could listen, and nothing is made.
/// </summary>
public interface IPublicEvents
{
    /// <summary>Whether there may be anybody outside who listens.</summary>
    bool AreHeard { get; }

    /// <summary>Returns when the broker has confirmed the event.</summary>
    /// <param name="make">Called only where somebody may listen.</param>
    /// <param name="cancellationToken">Ends the waiting; the event may be published all the same.</param>
    /// <exception cref="MassTransit.MassTransitException">The broker did not confirm.</exception>
    Task PublishAsync(Func<PublicEvent> make, CancellationToken cancellationToken);
}

/// <param name="Id">The same for every repetition.</param>
/// <param name="Topic">Words with full stops between them, by which subscribers choose; up to 255 bytes.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Body">The bytes that subscribers get.</param>
public sealed record PublicEvent(Guid Id, string Topic, string ContentType, ReadOnlyMemory<byte> Body);
