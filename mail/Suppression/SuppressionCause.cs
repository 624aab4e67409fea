namespace MailStats.Mail.Suppression;

/// <summary>Why an address is on the suppression list.</summary>
// Stored as a number: append only.
public enum SuppressionCause
{
    Unknown = 0,

    /// <summary>The address or its domain is proven bad, or failed twice for a weaker reason of its own. A later delivery lifts it.</summary>
    HardBounce = 1,

    /// <summary>The recipient complained.</summary>
    Complaint = 2,

    /// <summary>Somebody added it.</summary>
    Manual = 3,

    /// <summary>It came with a file.</summary>
    Import = 4,

    /// <summary>The provider that mail goes through keeps it on its own list. A later delivery lifts it.</summary>
    Provider = 5,
}

/// <summary>What the list does to mail.</summary>
// Stored as a number: append only.
public enum SuppressionMode
{
    /// <summary>Nothing is looked at.</summary>
    Off = 0,

    /// <summary>What would have been refused is counted and let through.</summary>
    Observe = 1,

    /// <summary>Refused.</summary>
    Enforce = 2,
}

/// <summary>Whether <c>ann+news@example.net</c> is <c>ann@example.net</c>.</summary>
// Stored as a number: append only.
public enum PlusAddresses
{
    /// <summary>Two addresses.</summary>
    Exact = 0,

    /// <summary>One recipient.</summary>
    Same = 1,
}
