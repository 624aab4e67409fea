namespace MailStats.Mail.Suppression;

/// <summary>An address that is not to be sent to, as people see it.</summary>
/// <param name="Address">In the form in which addresses are kept.</param>
/// <param name="Domain">The sending domain it holds for; null for all of the tenant's.</param>
/// <param name="Cause">Of several the one that holds longest.</param>
/// <param name="Reason">The classifier's reason, or what was written when it was added.</param>
/// <param name="Reply">What the server said.</param>
/// <param name="Delivery">The delivery that failed, by its key in hexadecimal.</param>
/// <param name="CreatedAt">When it happened that put the address here, UTC.</param>
/// <param name="ExpiresAt">When it is forgiven; null for never.</param>
public sealed record SuppressionEntry(
    string Address,
    string? Domain,
    SuppressionCause Cause,
    string? Reason,
    string? Reply,
    string? Delivery,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt);
