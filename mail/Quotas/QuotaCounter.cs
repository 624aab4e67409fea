namespace MailStats.Mail.Quotas;

/// <summary>What is used and reserved of one limit in one period.</summary>
public sealed class QuotaCounter
{
    public required QuotaKey Key { get; init; }

    public required QuotaPeriod Period { get; init; }

    /// <summary>Name of the calendar that cut the period.</summary>
    public required string Calendar { get; init; }

    public long Used { get; set; }

    public long Reserved { get; set; }

    /// <summary>Used recipients, since the limit was set, less those that a reservation had been made for.</summary>
    public long Unreserved { get; set; }

    /// <summary>The limit when the counter last changed within its period, null when there was none.</summary>
    public long? LimitThen { get; set; }

    /// <summary>People know that mail is blocked.</summary>
    public bool Blocked { get; set; }

    /// <summary>How often in the period mail was let flow again.</summary>
    public long Episode { get; set; }

    /// <summary>True when it was summed in this transaction, so that it holds what this transaction has already written.</summary>
    public bool Summed { get; init; }

    public bool Changed { get; set; }
}

/// <summary>A period in which people were notified that mail is blocked, and not yet that it flows again.</summary>
/// <param name="Key">The limit.</param>
/// <param name="Period">The period.</param>
/// <param name="Episode">How often mail was let flow again in it.</param>
/// <param name="Calendar">Name of the calendar that cut it.</param>
public sealed record BlockedPeriod(QuotaKey Key, QuotaPeriod Period, long Episode, string Calendar);
