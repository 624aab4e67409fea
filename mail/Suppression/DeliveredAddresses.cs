using System.Buffers.Binary;

namespace MailStats.Mail.Suppression;

/// <summary>
/// A run of deliveries by address, packed into 14 bytes each: 48 bits of the address's hash, ordered, 48 of the distance to
/// the run's first time in microseconds, and 16 that tell the deliveries of one address apart. It answers one question: was
/// mail to an address delivered after it failed, where the delivery was told of first. Of ten million addresses two are alike
/// with a chance of 1 in 5 for the whole store, and of one that is asked about with 1 in 28 million.
/// </summary>
public readonly ref struct DeliveredAddresses
{
    /// <summary>Bytes of a delivery.</summary>
    public const int Length = 14;

    /// <summary>Bytes of an address's hash that are kept.</summary>
    public const int HashBytes = 6;

    /// <summary>Deliveries of one run: 56 kB are read to look one address up.</summary>
    public const int Most = 4_096;

    /// <summary>How far apart the first and the last time of a run may be: two years.</summary>
    public const long LongestSpan = 1L << 46;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _first;

    /// <param name="first">Its first time, microseconds of Unix time.</param>
    /// <param name="bytes">As <see cref="Pack"/> made them.</param>
    public DeliveredAddresses(long first, ReadOnlySpan<byte> bytes)
    {
        _first = first;
        _bytes = bytes;
    }

    /// <summary>Packs deliveries whose times are no further apart than <see cref="LongestSpan"/>; sorts them.</summary>
    public static byte[] Pack(long first, Span<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        deliveries.Sort(static (left, right) =>
            left.Hash != right.Hash ? left.Hash.CompareTo(right.Hash) : (left.Mail.At, left.Mail.Tag).CompareTo((right.Mail.At, right.Mail.Tag)));
        var bytes = new byte[deliveries.Length * Length];
        var rest = bytes.AsSpan();

        foreach (var (hash, mail) in deliveries)
        {
            Write48(rest, hash);
            Write48(rest[HashBytes..], (ulong)(mail.At - first));
            BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * HashBytes)..], mail.Tag);
            rest = rest[Length..];
        }

        return bytes;
    }

    /// <summary>What an address is known by here.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> hash) => Read48(hash);

    /// <summary>Gives all of it back.</summary>
    public void AddTo(List<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        for (var rest = _bytes; rest.Length > 0; rest = rest[Length..])
        {
            deliveries.Add((Read48(rest), MailAt(rest)));
        }
    }

    /// <summary>Adds the deliveries to an address after a time.</summary>
    public void Find(ulong hash, long after, List<DeliveredMail> found)
    {
        var (low, high) = (0, _bytes.Length / Length);

        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Read48(_bytes[(middle * Length)..]) < hash ? (middle + 1, high) : (low, middle);
        }

        for (; low * Length < _bytes.Length && Read48(_bytes[(low * Length)..]) == hash; low++)
        {
            var mail = MailAt(_bytes[(low * Length)..]);

            if (mail.At > after)
            {
                found.Add(mail);
            }
        }
    }

    private DeliveredMail MailAt(ReadOnlySpan<byte> entry) =>
        new(_first + (long)Read48(entry[HashBytes..]), BinaryPrimitives.ReadUInt16BigEndian(entry[(2 * HashBytes)..]));

    private static void Write48(Span<byte> target, ulong value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)value);
    }

    private static ulong Read48(ReadOnlySpan<byte> source) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(source) << 32) | BinaryPrimitives.ReadUInt32BigEndian(source[2..]);
}
