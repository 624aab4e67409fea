using System.Net;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>IP addresses that come again and again, made once; null for what is none. Begins anew when it is full.</summary>
internal sealed class IpNames
{
    public const int Capacity = 4_096;

    private readonly Dictionary<string, string?> _names = new(ByteKeys.Instance);
    private readonly Dictionary<string, string?>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;

    public IpNames() => _byBytes = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _names.Count;

    public string? Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        return _byBytes.TryGetValue(text, out var known) ? known : Add(LineText.Of(text));
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{byte})"/>
    public string? Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return _names.TryGetValue(text, out var known) ? known : Add(text);
    }

    /// <summary>The address between the brackets of <c>name[192.0.2.1]:25</c>.</summary>
    public string? InBrackets(ReadOnlySpan<byte> text)
    {
        var open = text.IndexOf((byte)'[');
        var length = open < 0 ? -1 : text[(open + 1)..].IndexOf((byte)']');

        return length <= 0 ? null : Of(text.Slice(open + 1, length));
    }

    /// <summary>An address, in brackets or with a port after it or without; null for what is none.</summary>
    public static string? Read(string? text)
    {
        if (text is null or { Length: > 80 })
        {
            return null;
        }

        // "1" and "0x7f.1" are addresses to the framework too.
        var bare = text is ['[', ..] && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var close ? text[1..close]
            : text.AsSpan().Count(':') == 1 ? text[..text.IndexOf(':', StringComparison.Ordinal)]
            : text;

        return IPAddress.TryParse(bare, out var address) && (bare.Contains(':', StringComparison.Ordinal) || bare.AsSpan().Count('.') == 3)
            ? address.ToString()
            : null;
    }

    private string? Add(string written)
    {
        if (_names.Count >= Capacity)
        {
            _names.Clear();
        }

        var name = Read(written);
        _names.TryAdd(written, name);

        return name;
    }
}
