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

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj)
    {
        Span<byte> bytes = stackalloc byte[128];
        if (obj.Length > bytes.Length / 3)
        {
            return GetHashCode(Encoding.UTF8.GetBytes(obj));
        }

        return GetHashCode(bytes[..Encoding.UTF8.GetBytes(obj, bytes)]);
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        if (!Ascii.IsValid(alternate) && !Utf8.IsValid(alternate))
        {
            return GetHashCode(Encoding.UTF8.GetBytes(LineText.Of(alternate)).AsSpan());
        }

        return (int)Hash(alternate);
    }

    /// <summary>The bytes' hash: 64 bits that are strewn well, the same in one process only.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0xD6E8FEB86659FD93UL;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3UL;
        }

        return hash ^ (hash >> 29);
    }

    public bool Equals(ReadOnlySpan<byte> alternate, string other) =>
        alternate.Length == other.Length ? Ascii.Equals(alternate, other) || LineText.Of(alternate) == other : LineText.Of(alternate) == other;

    public string Create(ReadOnlySpan<byte> alternate) => LineText.Of(alternate);
}
