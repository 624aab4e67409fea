using System.Buffers.Binary;
using System.Buffers.Text;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>
/// Place in a list that is ordered by time, delivery and status, all descending. It follows from the delivery alone, so a list
/// is the same in whatever order its events came. The next page begins right after it, whatever has been added in between.
/// </summary>
public readonly record struct LogCursor(long At, DeliveryId Delivery, int Status) : IComparable<LogCursor>
{
    private const byte Layout = 2;
    private const int Length = 10 + DeliveryKey.HashLength;

    public static bool operator <(LogCursor left, LogCursor right) => left.CompareTo(right) < 0;

    public static bool operator <=(LogCursor left, LogCursor right) => left.CompareTo(right) <= 0;

    public static bool operator >(LogCursor left, LogCursor right) => left.CompareTo(right) > 0;

    public static bool operator >=(LogCursor left, LogCursor right) => left.CompareTo(right) >= 0;

    /// <summary>What tells rows of the same time apart in a list that is not of deliveries (<see cref="OfNumber"/>).</summary>
    public long Number => (long)(ulong)Delivery.Value;

    /// <summary>A place in a list whose rows of the same time are ordered by a number.</summary>
    public static LogCursor OfNumber(long at, long number) => new(at, new((ulong)number), (int)DeliveryStatus.Unknown);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Layout;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], At);
        Delivery.Write(bytes[9..]);
        bytes[^1] = (byte)Status;

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
            || !Enum.IsDefined((DeliveryStatus)bytes[^1]))
        {
            throw new InvalidCursorException();
        }

        return new(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), DeliveryId.Read(bytes.Slice(9, DeliveryKey.HashLength)), bytes[^1]);
    }

    public int CompareTo(LogCursor other)
    {
        var order = At.CompareTo(other.At);
        order = order != 0 ? order : Delivery.CompareTo(other.Delivery);

        return order != 0 ? order : Status.CompareTo(other.Status);
    }
}
