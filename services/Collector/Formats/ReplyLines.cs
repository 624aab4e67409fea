using MailStats.Collector.Joining;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>Finds the lines of a reply again that a log quotes as one.</summary>
internal static class ReplyLines
{
    /// <summary>
    /// The text of a reply whose lines the log joined with blanks, with <c>\n</c> where a line began: every line of a
    /// multi-line reply begins with its code, all but the last with a hyphen after it (RFC 5321 §4.2.1).
    /// </summary>
    public static string TextOf(ReadOnlySpan<byte> reply)
    {
        if (reply.Length < 8 || reply[3] != '-' || !ReplyCodes.TryRead(reply, out _))
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
}
