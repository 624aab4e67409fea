namespace MailStats.Mail.Quotas;

/// <summary>A message that an MTA is about to accept.</summary>
public sealed record ReservationRequest
{
    public required string TenantId { get; init; }

    /// <summary>
    /// Names the attempt within the tenant: for Postfix its <c>instance</c> and queue id, for HTTP the caller's
    /// <c>idempotencyKey</c>. Asked again with the same key, the answer is the same and nothing more is taken. Up to 255 characters.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>Recipients of the message, 1 or more.</summary>
    public required int Recipients { get; init; }

    /// <summary>Sending domain in lower-case ASCII form, null when the sender has none.</summary>
    public string? Domain { get; init; }

    /// <summary>The sender's mailbox, decoration taken off; null when unknown.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The queue id under which the MTA's log will report the message, null when the caller knows none.</summary>
    public string? QueueId { get; init; }

    /// <summary>Host name under which the MTA's log will report, null when unknown.</summary>
    public string? Host { get; init; }
}

/// <summary>What became of a <see cref="ReservationRequest"/>.</summary>
public enum ReservationResult
{
    Unknown = 0,

    /// <summary>All recipients are taken.</summary>
    Granted = 1,

    /// <summary>The key was granted before; nothing more was taken.</summary>
    Repeated = 2,

    /// <summary>Not all recipients fit, so none was taken.</summary>
    Refused = 3,

    /// <summary>The key was granted before for another number of recipients; nothing was taken.</summary>
    Conflicting = 4,
}

/// <param name="Result">What happened.</param>
/// <param name="Standing">The limit that refused, or the one with the least left; null when the tenant has no limit that applies.</param>
public sealed record ReservationOutcome(ReservationResult Result, QuotaStanding? Standing)
{
    public bool Allowed => Result is ReservationResult.Granted or ReservationResult.Repeated;
}
