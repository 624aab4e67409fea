using System.Buffers;

namespace MailStats.Mail.Attempts;

/// <summary>Numbers of domains, providers, reasons and addresses; 0 is the empty name.</summary>
public interface ITallyNames
{
    long NumberOf(string name);

    string NameOf(long number);
}

/// <summary>
/// Counts of one place as bytes: about five a count. Names stand as their numbers, in the order of the numbers, the domain as the
/// difference to the one before. Equal counts with equal numbers give equal bytes.
/// </summary>
public static class TallySheet
{
    private const int HasIp = 1;
    private const int HasReason = 2;
    private const int IsOne = 4;
    private const int FlagBits = 3;

    public static void Encode(IReadOnlyCollection<TallyCount> counts, ITallyNames names, ArrayBufferWriter<byte> output)
    {
        var rows = ArrayPool<Row>.Shared.Rent(counts.Count);
        var length = 0;

        foreach (var (key, count) in counts)
        {
            rows[length++] = new(
                names.NumberOf(key.Domain), names.NumberOf(key.Provider), names.NumberOf(key.OutgoingIp), key.Mark, names.NumberOf(key.Reason), count);
        }

        rows.AsSpan(0, length).Sort();
        var domain = 0L;

        foreach (ref readonly var row in rows.AsSpan(0, length))
        {
            var flags = (row.Ip != 0 ? HasIp : 0) | (row.Reason != 0 ? HasReason : 0) | (row.Count == 1 ? IsOne : 0);
            Write(output, row.Domain - domain);
            Write(output, row.Provider);
            Write(output, ((long)row.Mark << FlagBits) | (long)flags);
            domain = row.Domain;

            if (row.Ip != 0)
            {
                Write(output, row.Ip);
            }

            if (row.Reason != 0)
            {
                Write(output, row.Reason);
            }

            if (row.Count != 1)
            {
                Write(output, (row.Count << 1) ^ (row.Count >> 63));
            }
        }

        ArrayPool<Row>.Shared.Return(rows);
    }

    /// <exception cref="InvalidDataException">The bytes are no sheet; some of its counts may have been given.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, ITallyNames names, Action<TallyKey, long> add)
    {
        var domain = 0L;

        while (!bytes.IsEmpty)
        {
            domain += Read(ref bytes);
            var provider = Read(ref bytes);
            var mark = Read(ref bytes);
            var ip = (mark & HasIp) != 0 ? Read(ref bytes) : 0;
            var reason = (mark & HasReason) != 0 ? Read(ref bytes) : 0;
            var count = (mark & IsOne) != 0 ? 2 : Read(ref bytes);
            add(
                new(names.NameOf(domain), names.NameOf(provider), names.NameOf(ip), (int)(mark >> FlagBits), names.NameOf(reason)),
                (long)((ulong)count >> 1) ^ -(count & 1));
        }
    }

    /// <summary>LEB128.</summary>
    private static void Write(ArrayBufferWriter<byte> output, long value)
    {
        var rest = (ulong)value;
        var span = output.GetSpan(10);
        var length = 0;

        while (rest >= 0x80)
        {
            span[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    private static long Read(ref ReadOnlySpan<byte> bytes)
    {
        var (value, shift, length) = (0L, 0, 0);
        byte part;

        do
        {
            if (length == bytes.Length || shift > 63)
            {
                throw new InvalidDataException("A sheet of the second ledger is damaged: a number in it does not end.");
            }

            part = bytes[length++];
            value |= (long)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        bytes = bytes[length..];

        return value;
    }

    private readonly record struct Row(long Domain, long Provider, long Ip, int Mark, long Reason, long Count) : IComparable<Row>
    {
        public int CompareTo(Row other)
        {
            var order = Domain.CompareTo(other.Domain);
            order = order != 0 ? order : Provider.CompareTo(other.Provider);
            order = order != 0 ? order : Ip.CompareTo(other.Ip);
            order = order != 0 ? order : Mark.CompareTo(other.Mark);

            return order != 0 ? order : Reason.CompareTo(other.Reason);
        }
    }
}
