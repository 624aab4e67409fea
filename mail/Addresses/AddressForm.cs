namespace MailStats.Mail.Addresses;

/// <summary>How recipients' addresses are kept.</summary>
// Stored as a number: append only.
public enum AddressForm
{
    /// <summary>As they are.</summary>
    Plain = 0,

    /// <summary>First letter, a keyed hash that tells addresses apart, and the domain.</summary>
    Masked = 1,

    /// <summary>A keyed hash and the domain.</summary>
    Hashed = 2,
}
