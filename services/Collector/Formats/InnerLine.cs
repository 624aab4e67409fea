namespace MailStats.Collector.Formats;

/// <summary>What stands inside a wrapping.</summary>
internal sealed class InnerLine(ILogFormat format)
{
    /// <summary>True where a line says itself when it was written (or is wrapped once more): nothing of the wrapping is needed.</summary>
    public bool StandsAlone(ReadOnlySpan<byte> text) =>
        Begins(text) || LinePrefix.LengthOf(text, this) > 0;

    /// <summary>True where a time, a priority, an object or what only this format's lines begin with stands at the beginning.</summary>
    public bool Begins(ReadOnlySpan<byte> text) =>
        text is [(byte)'{', (byte)'"' or (byte)' ', ..] || FluentLines.IsArray(text) || HasPriority(text)
        || Stamps.LengthOf(text) > 0 || format.IsOwnLine(text);

    /// <summary>
    /// False where <see cref="Begins"/> is true of no part of the text. A look that costs little, since most lines of other programs have no
    /// second beginning: one needs a time (<c>08:26:01</c>), nine digits before a point, a priority or an object.
    /// </summary>
    public bool MayBeginIn(ReadOnlySpan<byte> text) =>
        format.HasOwnLines || text.IndexOf((byte)'{') >= 0 || (text is [.., (byte)']'] && text.IndexOf((byte)'[') >= 0)
        || HasTime(text) || HasUnixTime(text) || HasPriorityIn(text);

    /// <summary>False for another program's line of syslog with nothing in it that could be one of a mail server's.</summary>
    public bool MayHoldAnother(ReadOnlySpan<byte> line)
    {
        var start = SyslogCutter.AfterPriority(line, out var structured);
        var length = Stamps.LengthOf(start);
        if (structured || length == 0 || length + 1 >= start.Length || start[length] != ' ')
        {
            return true;
        }

        var rest = start[(length + 1)..];

        return MayBeginIn(rest) || rest.StartsWith("std"u8) || BeginsWithTag(SyslogInSyslog.AfterTag(rest, lines: null));
    }

    /// <summary><c>08:26:01</c>. Addresses of network cards have more colons.</summary>
    private static bool HasTime(ReadOnlySpan<byte> text)
    {
        for (var at = 2; at < text.Length && text[at..].IndexOf((byte)':') is >= 0 and var found; at++)
        {
            at += found;
            var rest = text[at..];
            if (rest.Length > 5 && rest[3] == ':' && AreDigits(rest.Slice(1, 2)) && AreDigits(rest.Slice(4, 2)) && AreDigits(text.Slice(at - 2, 2))
                && !(rest.Length > 8 && rest[6] == ':' && char.IsAsciiHexDigit((char)rest[7]) && char.IsAsciiHexDigit((char)rest[8])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>1772524800.123456</c>.</summary>
    private static bool HasUnixTime(ReadOnlySpan<byte> text)
    {
        for (var at = 9; at < text.Length && text[at..].IndexOf((byte)'.') is >= 0 and var found; at++)
        {
            at += found;
            if (AreDigits(text.Slice(at - 4, 4)) && AreDigits(text.Slice(at - 9, 5)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasPriorityIn(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length && text[at..].IndexOf((byte)'<') is >= 0 and var found; at++)
        {
            at += found;
            if (HasPriority(text[at..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if ((uint)(value - '0') > 9)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for <c>postfix/smtp[99]: …</c>: a program's tag, with no time before it.</summary>
    public static bool BeginsWithTag(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');

        return end > 2 && text[end - 1] == ':' && text[..end].IndexOfAny("[/"u8) > 0;
    }

    /// <summary>A line of the text, with the time and the place that the wrapping knows.</summary>
    public static byte[] With(ReadOnlySpan<byte> before, ReadOnlySpan<byte> text)
    {
        var line = new byte[before.Length + 1 + text.Length];
        before.CopyTo(line);
        line[before.Length] = (byte)' ';
        text.CopyTo(line.AsSpan(before.Length + 1));

        return line;
    }

    /// <summary><c>&lt;22&gt;</c> before a syslog line.</summary>
    private static bool HasPriority(ReadOnlySpan<byte> text) =>
        text is [(byte)'<', >= (byte)'0' and <= (byte)'9', ..] && text[..Math.Min(5, text.Length)].IndexOf((byte)'>') > 0;
}
