using System.Buffers.Binary;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Suppression;

/// <summary>What one delivery tells of its address after a transaction.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Address">In the form in which it is kept.</param>
/// <param name="Key">Of the delivery.</param>
/// <param name="DeliveredAt">When mail was delivered, where that is news; microseconds of Unix time.</param>
/// <param name="Speaks">True when the next two are in place of what the delivery said before.</param>
/// <param name="Failure">What it says against the address.</param>
/// <param name="Complaint">The complaint about it.</param>
public readonly record struct ToldOfAddress(
    string TenantId, string Address, DeliveryKey Key, long? DeliveredAt, bool Speaks, SuppressionEvidence? Failure, SuppressionEvidence? Complaint)
{
    /// <summary>True when it says something against the address, or may have before.</summary>
    public bool IsAgainst => Failure is not null || Complaint is not null;

    /// <summary>The delivery, where it is news.</summary>
    public DeliveredMail? Delivered() => DeliveredAt is { } at ? new(at, TagOf(Key)) : null;

    /// <summary>Tells the deliveries of one address apart.</summary>
    public static ushort TagOf(in DeliveryKey key)
    {
        Span<byte> hash = stackalloc byte[DeliveryKey.HashLength];
        key.WriteHash(hash);

        // Its end: the beginning may be a time.
        return BinaryPrimitives.ReadUInt16BigEndian(hash[^2..]);
    }

    /// <summary>Names the delivery in what is kept of the address.</summary>
    public string DeliveryName()
    {
        Span<byte> hash = stackalloc byte[DeliveryKey.HashLength];
        Key.WriteHash(hash);

        return Convert.ToHexStringLower(hash);
    }
}
