using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>One line of the table of outbound error events.</summary>
public sealed record ErrorEvent
{
    public required DeliveryId Id { get; init; }

    /// <summary>When the delivery attempt that gave the reply took place.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    public string? QueueId { get; init; }

    public required string From { get; init; }

    public required string FromDomain { get; init; }

    public required string To { get; init; }

    public int? ReplyCode { get; init; }

    public string? EnhancedCode { get; init; }

    public required string Reason { get; init; }

    public required bool Hard { get; init; }

    public required bool UnknownCode { get; init; }

    public required string Advice { get; init; }

    /// <summary>The complete reply text.</summary>
    public string? Detail { get; init; }

    public string? Documentation { get; init; }

    public long? Bytes { get; init; }

    /// <summary>Attempts made in all.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the last attempt was made.</summary>
    public required DateTimeOffset LastTry { get; init; }

    public double? SpamScore { get; init; }
}
