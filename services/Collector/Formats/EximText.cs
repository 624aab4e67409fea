using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// Text as Exim writes it into its log. Control characters and bytes beyond ASCII are <c>\n</c>, <c>\t</c>, <c>\303</c>, a
/// backslash of the text itself stays as it is; within double quotes backslash and quote have a backslash before them.
/// </summary>
internal static class EximText
{
    /// <summary>What a server said, outside quotes.</summary>
    public static string OfReply(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\\') < 0 ? LineText.Of(text) : LineText.Of(Decode(text, quotes: false, printing: true));

    /// <summary>The subject of <c>T="…"</c>.</summary>
    public static string OfSubject(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\\') < 0 ? LineText.Of(text) : LineText.Of(Decode(text, quotes: true, printing: true));

    /// <summary>The confirmation of <c>C="…"</c>: made printable first, then quoted.</summary>
    public static string OfConfirmation(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\\') < 0 ? LineText.Of(text) : OfReply(Decode(text, quotes: true, printing: false));

    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text, bool quotes, bool printing)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        while (text.IndexOf((byte)'\\') is >= 0 and var plain && plain + 1 < text.Length)
        {
            text[..plain].CopyTo(bytes.AsSpan(length));
            length += plain;
            text = text[(plain + Unescape(text[plain..], quotes, printing, out bytes[length]))..];
            length++;
        }

        text.CopyTo(bytes.AsSpan(length));

        return bytes.AsSpan(0, length + text.Length);
    }

    /// <summary>Length of what stands for <paramref name="value"/> after a backslash, the backslash itself where it stands for nothing else.</summary>
    private static int Unescape(ReadOnlySpan<byte> text, bool quotes, bool printing, out byte value)
    {
        var next = text[1];
        if (quotes && next is (byte)'\\' or (byte)'"')
        {
            value = next;
            return 2;
        }

        if (printing && Control(next) is { } control)
        {
            value = control;
            return 2;
        }

        if (printing && TryOctal(text[1..], out value))
        {
            return 4;
        }

        value = text[0];

        return 1;
    }

    private static byte? Control(byte letter) => letter switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        _ => null,
    };

    private static bool TryOctal(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] is < (byte)'0' or > (byte)'3' || text[1] is < (byte)'0' or > (byte)'7' || text[2] is < (byte)'0' or > (byte)'7')
        {
            return false;
        }

        value = (byte)(((text[0] - '0') << 6) | ((text[1] - '0') << 3) | (text[2] - '0'));

        return true;
    }
}
