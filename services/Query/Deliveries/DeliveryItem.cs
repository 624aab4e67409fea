using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Deliveries;

/// <summary>A page of deliveries, latest first.</summary>
public sealed record DeliveryPage
{
    public required IReadOnlyList<DeliveryItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>What became of one recipient of one message.</summary>
public sealed record DeliveryItem
{
    /// <summary>Names the delivery.</summary>
    /// <example>"8a3f52c6b4e17d905f2c61a8d3b7e094"</example>
    public required string Id { get; init; }

    /// <summary>When it came to its status.</summary>
    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When its message was accepted.</summary>
    /// <example>"2026-03-25T09:12:40Z"</example>
    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <example>"ann@example.net"</example>
    public required string Recipient { get; init; }

    /// <summary>The mailbox it was sent from, empty for the null sender.</summary>
    /// <example>"news@shop.example"</example>
    public required string Sender { get; init; }

    /// <example>"Your invoice"</example>
    public required string? Subject { get; init; }

    /// <example>"4WxYz1AbCd"</example>
    public required string? QueueId { get; init; }

    /// <example>"20260325091240.77@shop.example"</example>
    public required string? MessageId { get; init; }

    /// <summary>The receiving provider, or the recipient's domain where none is known.</summary>
    /// <example>"Gmail"</example>
    public required string? Provider { get; init; }

    /// <summary>Why it failed; null where nothing did.</summary>
    /// <example>"mailbox_full"</example>
    [Reason]
    public required string? Reason { get; init; }

    /// <summary>Attempts made in all.</summary>
    /// <example>3</example>
    public required int Attempts { get; init; }

    internal static DeliveryItem Of(DeliverySummary delivery) => new()
    {
        Id = delivery.Id.ToString(),
        OccurredAt = delivery.OccurredAt,
        AcceptedAt = delivery.AcceptedAt,
        Status = delivery.Status,
        Recipient = delivery.Recipient,
        Sender = delivery.Sender,
        Subject = delivery.Subject,
        QueueId = delivery.QueueId,
        MessageId = delivery.MessageId,
        Provider = delivery.Provider,
        Reason = delivery.Reason,
        Attempts = delivery.Attempts,
    };
}
