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
