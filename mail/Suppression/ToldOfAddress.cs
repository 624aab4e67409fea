using System.Globalization;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Suppression;

/// <summary>What one delivery tells of its address after a transaction.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Address">In the form in which it is kept.</param>
/// <param name="Delivery">The hash of the delivery's key.</param>
/// <param name="DeliveredAt">When mail was delivered, where that is news; microseconds of Unix time.</param>
/// <param name="Speaks">True when the next two are in place of what the delivery said before.</param>
/// <param name="Failure">What it says against the address.</param>
/// <param name="Complaint">The complaint about it.</param>
public readonly record struct ToldOfAddress(
    string TenantId, string Address, UInt128 Delivery, long? DeliveredAt, bool Speaks, SuppressionEvidence? Failure, SuppressionEvidence? Complaint)
{
    /// <summary>The address's (<see cref="Addresses.AddressPrivacy.HashOfAny"/>) where it has been made already.</summary>
    public byte[]? AddressHash { get; init; }

    /// <summary>True when it says something against the address, or may have before.</summary>
    public bool IsAgainst => Failure is not null || Complaint is not null;

    /// <summary>The delivery, where it is news.</summary>
    public DeliveredMail? Delivered() => DeliveredAt is { } at ? new(at, TagOf(Delivery)) : null;

    /// <summary>
    /// Tells the deliveries of one address apart: the end of the hash of a key (<see cref="DeliveryKey.ToHash"/>), for its
    /// beginning may be a time.
    /// </summary>
    public static ushort TagOf(UInt128 delivery) => (ushort)delivery;

    /// <summary>Names the delivery in what is kept of the address.</summary>
    public string DeliveryName() => Delivery.ToString("x32", CultureInfo.InvariantCulture);
}
