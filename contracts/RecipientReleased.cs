namespace MailStats.Contracts;

/// <summary>
/// An address has left a tenant's suppression list: mail to it was delivered, somebody removed it, or a new classification took
/// back why it was there. Entries that expire go without a notice: their end was told. Published by the Aggregator's outbox, at
/// least once.
/// </summary>
public sealed record RecipientReleased
{
    /// <summary>The same for every repetition of this notice: use it to drop repetitions.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The tenant whose list it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The address, in the form in which addresses are kept (plain, masked or hashed).</summary>
    public required string Address { get; init; }

    /// <summary>The sending domain that the entry held for; null for all of the tenant's.</summary>
    public string? Domain { get; init; }

    /// <summary>Why it had been there: <c>hardBounce</c>, <c>complaint</c>, <c>manual</c>, <c>import</c> or <c>provider</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>What released it: <c>delivery</c>, <c>removal</c> or <c>classification</c>.</summary>
    public required string By { get; init; }

    /// <summary>When the list was changed, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
