namespace MailStats.Contracts;

/// <summary>
/// An address has come onto a tenant's suppression list: because a delivery failed or a recipient complained, or by hand. An
/// import of a file tells nobody. Published by the Aggregator's outbox, at least once.
/// </summary>
public sealed record RecipientSuppressed
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose list it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The address, in the form in which addresses are kept (plain, masked or hashed).</summary>
    public required string Address { get; init; }

    /// <summary>The sending domain that the entry holds for; null for all of the tenant's.</summary>
    public string? Domain { get; init; }

    /// <summary>Why: <c>hardBounce</c>, <c>complaint</c>, <c>manual</c>, <c>import</c> or <c>provider</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>The classifier's reason, for example <c>recipient_unknown</c>, or what was written when it was added.</summary>
    public string? Reason { get; init; }

    /// <summary>What the receiving server said, up to 500 characters.</summary>
    public string? Reply { get; init; }

    /// <summary>When it happened that put the address here, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is forgiven unless it happens again, UTC; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the list was changed, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
