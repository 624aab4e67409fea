using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>One line of the list of deliveries.</summary>
public sealed record DeliverySummary
{
    public required DeliveryId Id { get; init; }

    /// <summary>When it came to its status.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    public required string Recipient { get; init; }

    /// <summary>The mailbox, empty for the null sender.</summary>
    public required string Sender { get; init; }

    public string? Subject { get; init; }

    public string? QueueId { get; init; }

    public string? MessageId { get; init; }

    public string? Provider { get; init; }

    /// <summary>Why it failed; null where nothing did.</summary>
    public string? Reason { get; init; }

    /// <summary>Attempts made in all.</summary>
    public required int Attempts { get; init; }
}
