using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>Reads what a server answered out of the text that a log quotes.</summary>
internal static class SmtpReplies
{
    /// <summary>The reply code at the beginning (RFC 5321 §4.2), 0 where there is none.</summary>
    public static int CodeOf(ReadOnlySpan<byte> reply)
    {
        if (reply.Length < 3 || reply[0] is < (byte)'2' or > (byte)'5' || !IsDigit(reply[1]) || !IsDigit(reply[2])
            || (reply.Length > 3 && reply[3] is not ((byte)' ' or (byte)'-')))
        {
            return 0;
        }

        return ((reply[0] - '0') * 100) + ((reply[1] - '0') * 10) + reply[2] - '0';
    }

    /// <summary>The enhanced code that follows the reply code (RFC 2034 §4), empty where there is none.</summary>
    public static ReadOnlySpan<byte> EnhancedOf(ReadOnlySpan<byte> reply)
    {
        if (reply.Length < 9 || CodeOf(reply) == 0)
        {
            return default;
        }

        return LeadingEnhanced(reply[4..]);
    }

    /// <summary>The enhanced code at the beginning, empty where there is none.</summary>
    public static ReadOnlySpan<byte> LeadingEnhanced(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'.', (byte)'9');
        var code = end < 0 ? text : text[..end];

        return IsEnhanced(code) ? code : default;
    }

    /// <summary><c>class.subject.detail</c> with class 2, 4 or 5 (RFC 3463 §2).</summary>
    public static bool IsEnhanced(ReadOnlySpan<byte> code)
    {
        if (code.Length is < 5 or > 9 || code[0] is not ((byte)'2' or (byte)'4' or (byte)'5') || code[1] != '.')
        {
            return false;
        }

        var detail = code[2..];
        var dot = detail.IndexOf((byte)'.');

        return dot is > 0 and < 4 && detail.Length - dot - 1 is > 0 and < 4
            && detail[..dot].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && detail[(dot + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary>
    /// The text of a reply whose lines the log joined with blanks, with <c>\n</c> where a line began: every line of a
    /// multi-line reply begins with its code, all but the last with a hyphen after it (RFC 5321 §4.2.1).
    /// </summary>
    public static string TextOf(ReadOnlySpan<byte> reply)
    {
        if (reply.Length < 8 || reply[3] != '-' || CodeOf(reply) == 0)
        {
            return LineText.Of(reply);
        }

        var lines = reply.Length <= 1024 ? stackalloc byte[reply.Length] : new byte[reply.Length];
        reply.CopyTo(lines);
        var code = reply[..3];
        var from = 4;
        while (reply[from..].IndexOf(code) is >= 0 and var found)
        {
            var at = from + found;
            from = at + 3;
            if (reply[at - 1] != ' ' || (from < reply.Length && reply[from] is not ((byte)' ' or (byte)'-')))
            {
                continue;
            }

            lines[at - 1] = (byte)'\n';
            if (from >= reply.Length || reply[from] == ' ')
            {
                break;
            }
        }

        return LineText.Of(lines);
    }

    private static bool IsDigit(byte value) => (uint)(value - '0') < 10;
}
