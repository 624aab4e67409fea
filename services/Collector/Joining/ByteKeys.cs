using System.Runtime.InteropServices;
using System.Text;

namespace MailStats.Collector.Joining;

/// <summary>Looks up ASCII strings by the bytes of a line, so that a known name costs no allocation.</summary>
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
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)alternate.Length;
        while (alternate.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(alternate)) * 0xD6E8FEB86659FD93UL;
            hash ^= hash >> 32;
            alternate = alternate[8..];
        }

        foreach (var value in alternate)
        {
            hash = (hash ^ value) * 0x100000001B3UL;
        }

        return (int)(hash ^ (hash >> 29));
    }

    public bool Equals(ReadOnlySpan<byte> alternate, string other) =>
        alternate.Length == other.Length ? Ascii.Equals(alternate, other) : Encoding.UTF8.GetString(alternate) == other;

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
}
