namespace MailStats.Contracts;

/// <summary>Per-recipient delivery events as they came in, up to 500 a message. Published by Ingest.</summary>
public sealed record DeliveriesReported
{
    /// <summary>Names the batch from its acceptance to its application; the intake journal is cleared by it.</summary>
    public required Guid BatchId { get; init; }

    /// <summary>When Ingest took the batch, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The events, in the order they came in. Order carries no meaning.</summary>
    public required IReadOnlyList<DeliveryEvent> Deliveries { get; init; }
}
