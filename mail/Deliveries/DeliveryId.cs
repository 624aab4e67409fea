using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// What the API names a delivery by: the 128 bits of <see cref="DeliveryKey.WriteHash"/>, written as 32 hexadecimal digits in
/// small letters. It follows from tenant, message key and stored recipient alone, so every store gives the same id; texts
/// compare as the ids do.
/// </summary>
public readonly record struct DeliveryId(UInt128 Value) : IComparable<DeliveryId>
{
    /// <summary>Characters of <see cref="ToString"/>.</summary>
    public const int TextLength = 2 * DeliveryKey.HashLength;

    public static readonly DeliveryId Greatest = new(UInt128.MaxValue);

    public static DeliveryId Of(in DeliveryKey key)
    {
        Span<byte> hash = stackalloc byte[DeliveryKey.HashLength];
        key.WriteHash(hash);

        return Read(hash);
    }

    /// <param name="hash">Exactly <see cref="DeliveryKey.HashLength"/> bytes.</param>
    public static DeliveryId Read(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt128BigEndian(hash));

    public void Write(Span<byte> hash) => BinaryPrimitives.WriteUInt128BigEndian(hash, Value);

    /// <summary>False for a text that <see cref="ToString"/> never gives: capitals too, so that a delivery has one name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeliveryId id)
    {
        id = default;

        if (text is not { Length: TextLength } || text.AsSpan().ContainsAnyInRange('A', 'F')
            || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new(value);

        return true;
    }

    public int CompareTo(DeliveryId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
