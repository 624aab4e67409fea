using MailStats.Mail.Suppression;

namespace MailStats.Query.Suppression;

/// <summary>A page of the suppression list, latest first.</summary>
public sealed record SuppressionPage
{
    public required IReadOnlyList<SuppressionItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>An address that is not to be sent to.</summary>
public sealed record SuppressionItem
{
    /// <summary>In the form in which addresses are kept.</summary>
    /// <example>"ann@example.net"</example>
    public required string Address { get; init; }

    /// <summary>The sending domain that the entry holds for; null for all of the tenant's.</summary>
    public required string? Domain { get; init; }

    public required SuppressionCause Cause { get; init; }

    /// <summary>The classifier's reason, or what was written when it was added.</summary>
    /// <example>"recipient_unknown"</example>
    public required string? Reason { get; init; }

    /// <summary>What the receiving server said, up to 500 characters.</summary>
    /// <example>"550 5.1.1 User unknown"</example>
    public required string? Reply { get; init; }

    /// <summary>Key of the delivery that failed.</summary>
    /// <example>"7d3c2a1b04d5e8f60718293a4b5c6d7e"</example>
    public required string? Delivery { get; init; }

    /// <summary>When it happened that put the address here.</summary>
    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is forgiven unless it happens again; null for never.</summary>
    /// <example>"2026-09-21T09:12:44Z"</example>
    public required DateTimeOffset? ExpiresAt { get; init; }

    internal static SuppressionItem Of(SuppressionEntry entry) => new()
    {
        Address = entry.Address,
        Domain = entry.Domain,
        Cause = entry.Cause,
        Reason = entry.Reason,
        Reply = entry.Reply,
        Delivery = entry.Delivery,
        CreatedAt = entry.CreatedAt,
        ExpiresAt = entry.ExpiresAt,
    };
}
