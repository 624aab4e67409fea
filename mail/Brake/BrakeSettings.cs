namespace MailStats.Mail.Brake;

/// <summary>What the brake does.</summary>
// Stored as a number: append only.
public enum BrakeMode
{
    /// <summary>Nothing is looked at.</summary>
    Off = 0,

    /// <summary>What would have been stopped is listed and let through.</summary>
    Observe = 1,

    /// <summary>Stopped until somebody releases it.</summary>
    Enforce = 2,
}

/// <summary>Why a mailbox was stopped.</summary>
// Stored as a number: append only.
public enum BrakeCause
{
    Unknown = 0,

    /// <summary>More recipients in an hour, or at hours of the day, than it ever had.</summary>
    Hour = 1,

    /// <summary>More recipients in a day than it ever had.</summary>
    Day = 2,

    /// <summary>Many of its recipients do not exist.</summary>
    UnknownRecipients = 3,

    /// <summary>More recipients in an hour than the settings allow anybody.</summary>
    FixedLimit = 4,

    /// <summary>Many recipients in an hour or a day from client networks that it was never seen in.</summary>
    UnknownNetwork = 5,
}

/// <summary>What a tenant does about mailboxes that suddenly behave unlike themselves.</summary>
public sealed record BrakeSettings
{
    public BrakeMode Mode { get; init; } = BrakeMode.Observe;

    /// <summary>Recipients that any mailbox may have in an hour; null for no fixed limit.</summary>
    public long? PerHour { get; init; }
}
