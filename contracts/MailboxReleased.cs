namespace MailStats.Contracts;

/// <summary>Somebody let a stopped mailbox send again. Published by the Aggregator's outbox, at least once.</summary>
public sealed record MailboxReleased
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose mailbox it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>Names the stop.</summary>
    public required string BrakeId { get; init; }

    /// <summary>The mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>When it was released, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
