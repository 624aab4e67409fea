using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// What stands before a line that says itself when it was written: the container's name by <c>docker compose logs</c>, coloured or
/// not (<c>postfix-mailcow-1  | …</c>), by <c>kubectl logs --prefix</c> (<c>[pod/postfix-0/postfix] …</c>), by stern with and without
/// the namespace, by kail and Docker Swarm; Loki's labels by logcli, the file's name by grep, a length before each line (RFC 6587 §3.4.1), blanks.
/// Only what has nothing else at its beginning and a time, a priority or an object behind the prefix is taken for one.
/// </summary>
internal sealed class LinePrefix(InnerLine lines) : IWrapping
{
    /// <summary>Bytes. Docker's container names have up to 64 characters, Kubernetes' namespaces, pods and containers 63, 253 and 63.</summary>
    public const int MaximumLength = 512;

    /// <summary>Bytes of Loki's labels.</summary>
    public const int MaximumLabels = 4096;

    /// <summary>Stands before each object of <c>journalctl -o json-seq</c> (RFC 7464).</summary>
    public const byte RecordSeparator = 0x1E;

    /// <summary>Begins a terminal's colour.</summary>
    public const byte Escape = 0x1B;

    private static readonly SearchValues<byte> Ends = SearchValues.Create(" \t:|]\u001e"u8);

    private static ReadOnlySpan<byte> Days => "Mon Tue Wed Thu Fri Sat Sun"u8;

    public string Name => "a name before each line";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        var length = LengthOf(line, lines);
        inner = line[length..];

        return length > 0 ? Unwrapped.Yes : Unwrapped.No;
    }

    /// <summary>Length of the prefix, 0 where a line has none or begins itself with what a line begins with.</summary>
    public static int LengthOf(ReadOnlySpan<byte> line, InnerLine lines)
    {
        var start = ColourAt(line, 0);
        var labelled = line is [(byte)'{', ..];
        if (start < line.Length && !labelled && lines.Begins(line[start..]))
        {
            return start;
        }

        var limit = Math.Min(line.Length, labelled ? MaximumLabels : MaximumLength);
        if (!labelled && !lines.MayBeginIn(line))
        {
            return 0;
        }

        var at = labelled ? EndOfLabels(line[..limit]) : 0;
        while (at >= 0 && line[at..limit].IndexOfAny(Ends) is >= 0 and var end)
        {
            at = TextAt(line, at + end + 1);
            if (labelled || (at < line.Length && lines.Begins(line[at..]) && !BeginsWithName(line[at..])))
            {
                return at;
            }

            if (at >= limit)
            {
                break;
            }
        }

        return 0;
    }

    /// <summary>
    /// True for <c>postfix 2026-03-03 08:00:00 …</c>, where the last word of a prefix stands like a day before the date. Days in other languages
    /// than English are told from names only where the line begins with them.
    /// </summary>
    public static bool BeginsWithName(ReadOnlySpan<byte> text) =>
        char.IsAsciiLetter((char)text[0]) && Stamps.TryReadWeekday(text, out _, out _, out _)
        && !(text[3] == ' ' && Days.IndexOf(text[..3]) >= 0);

    /// <summary>Where the blank is that ends <c>{app="postfix", pod="postfix-0"} …</c>, -1 where these are no labels.</summary>
    private static int EndOfLabels(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf("\"} "u8);

        return end > 0 && line[1..end].IndexOf("=\""u8) is > 0 and var equals && !line[1..equals].ContainsAny(" \":"u8) ? end + 2 : -1;
    }

    /// <summary>The first byte from here on that is neither a blank nor of a colour.</summary>
    private static int TextAt(ReadOnlySpan<byte> line, int at)
    {
        while ((at = ColourAt(line, at)) < line.Length && line[at] == ' ')
        {
            at++;
        }

        return at;
    }

    /// <summary>Where a terminal's colour (<c>ESC [ … m</c>) ends that begins here.</summary>
    private static int ColourAt(ReadOnlySpan<byte> line, int at)
    {
        while (line[at..] is [Escape, (byte)'[', ..] && line[at..].IndexOf((byte)'m') is > 0 and < 12 and var end)
        {
            at += end + 1;
        }

        return at;
    }
}
