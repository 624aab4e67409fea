using System.Buffers.Binary;
using System.Buffers.Text;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>
/// Place in a list that is ordered by time, delivery and status, all descending. The next page begins right after it,
/// whatever has been added in between.
/// </summary>
public readonly record struct LogCursor(long At, long Delivery, int Status)
{
    private const byte Layout = 1;
    private const int Length = 18;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Layout;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], At);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Delivery);
        bytes[17] = (byte)Status;

        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for null.</summary>
    /// <exception cref="InvalidCursorException">Not what <see cref="ToString"/> gives.</exception>
    public static LogCursor? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Length];

        if (text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
            || bytes[0] != Layout
            || !Enum.IsDefined((DeliveryStatus)bytes[17]))
        {
            throw new InvalidCursorException();
        }

        return new(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]), bytes[17]);
    }
}
