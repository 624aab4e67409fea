using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace MailStats.Collector.Joining;

/// <summary>
/// Looks up strings by the bytes of a line, so that a known name costs no allocation. Bytes that are no UTF-8 are the
/// string that <see cref="LineText"/> makes of them.
/// </summary>
internal sealed class ByteKeys : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public static readonly ByteKeys Instance = new();

    private const ulong Seed = 0x9E3779B97F4A7C15UL;

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj)
    {
        Span<byte> bytes = stackalloc byte[128];
        if (obj.Length > bytes.Length / 3)
        {
            return GetHashCode(Encoding.UTF8.GetBytes(obj));
        }

        return Ascii.FromUtf16(obj, bytes, out var length) == System.Buffers.OperationStatus.Done
            ? (int)Hash(bytes[..length])
            : GetHashCode(bytes[..Encoding.UTF8.GetBytes(obj, bytes)]);
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        if (!Ascii.IsValid(alternate) && !Utf8.IsValid(alternate))
        {
            return GetHashCode(Encoding.UTF8.GetBytes(LineText.Of(alternate)).AsSpan());
        }

        return (int)Hash(alternate);
    }

    /// <summary>The bytes' hash: 64 bits that are strewn well, for tables of this process only.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        // Multiplied, so that a length makes up for no letter.
        var hash = Seed * ((ulong)bytes.Length + 1);
        if (bytes.Length < 8)
        {
            foreach (var value in bytes)
            {
                hash = (hash ^ value) * 0x100000001B3UL;
            }

            return hash ^ (hash >> 29);
        }

        // What is left over is read together with bytes before it: one step instead of up to seven.
        var last = MemoryMarshal.Read<ulong>(bytes[^8..]);
        for (; bytes.Length > 8; bytes = bytes[8..])
        {
            hash = Stirred(hash, MemoryMarshal.Read<ulong>(bytes));
        }

        hash = Stirred(hash, last);

        return hash ^ (hash >> 29);
    }

    /// <summary>Half of a hash that goes into events' keys and into state: it stays as it is, whatever becomes of <see cref="Hash"/>.</summary>
    public static uint LastingHash(string text)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(text);
        var hash = Seed ^ (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = Stirred(hash, MemoryMarshal.Read<ulong>(bytes));
        }

        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3UL;
        }

        return (uint)(hash ^ (hash >> 29));
    }

    private static ulong Stirred(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0xD6E8FEB86659FD93UL;

        return hash ^ (hash >> 32);
    }

    public bool Equals(ReadOnlySpan<byte> alternate, string other) =>
        alternate.Length == other.Length ? Ascii.Equals(alternate, other) || LineText.Of(alternate) == other : LineText.Of(alternate) == other;

    public string Create(ReadOnlySpan<byte> alternate) => LineText.Of(alternate);
}
