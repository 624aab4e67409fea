namespace MailStats.Contracts;

/// <summary>
/// A mailbox suddenly sends unlike itself and was stopped, or would have been while the brake is only observed. Published by the
/// Aggregator's outbox, at least once; history that is imported tells nobody.
/// </summary>
public sealed record MailboxStopped
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose mailbox it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>Names the stop: <c>POST /v1/brakes/{id}/release</c> ends it.</summary>
    public required string BrakeId { get; init; }

    /// <summary>The mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The login that sent, where it is known.</summary>
    public string? Login { get; init; }

    /// <summary>Why: <c>hour</c>, <c>day</c>, <c>unknownRecipients</c>, <c>fixedLimit</c> or <c>unknownNetwork</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>True when its mail is refused with 451 from now on.</summary>
    public required bool Enforced { get; init; }

    /// <summary>Recipients since the behaviour began until it was stopped.</summary>
    public required long LetThrough { get; init; }

    /// <summary>When the behaviour began, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was stopped, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
