namespace MailStats.Mail.Attempts;

/// <summary>What came of one attempt.</summary>
// Stored as a number: append only.
public enum AttemptOutcome
{
    Unknown = 0,
    Delivered = 1,
    Deferred = 2,
    SoftBounced = 3,
    HardBounced = 4,

    /// <summary>The recipient complained: no attempt of ours, but told in the same series, when it happened.</summary>
    Complained = 5,
}
