namespace MailStats.Contracts;

/// <summary>
/// Per-recipient delivery events whose cause is known, up to 500 a message. Published by the Classifier.
/// The same event may arrive more than once, in any order.
/// </summary>
public sealed record DeliveriesClassified
{
    /// <summary>The batch that Ingest took, see <see cref="DeliveriesReported.BatchId"/>.</summary>
    public required Guid BatchId { get; init; }

    /// <summary>When Ingest took the batch, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The events with their classification.</summary>
    public required IReadOnlyList<ClassifiedDelivery> Deliveries { get; init; }
}

/// <summary>A delivery event and what the classifier made of its reply.</summary>
public sealed record ClassifiedDelivery
{
    /// <summary>The event as reported.</summary>
    public required DeliveryEvent Event { get; init; }

    /// <summary>The receiving provider: <c>Gmail</c>, <c>Microsoft</c>, …, or the recipient's domain where none is known.</summary>
    public required string Provider { get; init; }

    /// <summary>Set for every deferral, bounce, expiry and rejection; null for the rest.</summary>
    public Classification? Classification { get; init; }
}
