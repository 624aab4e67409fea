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
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                bytes[length++] = text[at];
                continue;
            }

            var next = text[at + 1];
            if (quotes && next is (byte)'\\' or (byte)'"')
            {
                bytes[length++] = next;
                at++;
            }
            else if (printing && Control(next) is { } control)
            {
                bytes[length++] = control;
                at++;
            }
            else if (printing && TryOctal(text[(at + 1)..], out var value))
            {
                bytes[length++] = value;
                at += 3;
            }
            else
            {
                bytes[length++] = text[at];
            }
        }

        return bytes.AsSpan(0, length);
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
