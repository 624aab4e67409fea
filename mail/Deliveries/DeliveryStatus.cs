namespace MailStats.Mail.Deliveries;

/// <summary>Status of a delivery.</summary>
// Stored as a number: append only.
public enum DeliveryStatus
{
    Unknown = 0,
    Rejected = 1,
    Accepted = 2,
    Deferred = 3,
    Delivered = 4,
    SoftBounced = 5,
    HardBounced = 6,
    Complained = 7,
}
