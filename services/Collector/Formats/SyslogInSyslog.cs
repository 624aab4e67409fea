namespace MailStats.Collector.Formats;

/// <summary>
/// A mail server's line as the message of another program's: <c>May  3 00:00:01 vm docker[32360]: May  2 22:00:01 mx postfix/smtp[9]: …</c>,
/// or without a time of its own <c>… postfix[32360]: postfix/smtp[9]: …</c>.
/// </summary>
internal sealed class SyslogInSyslog(InnerLine lines) : IWrapping
{
    public string Name => "another syslog's lines";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        var start = SyslogCutter.AfterPriority(line, out var structured);
        var length = Stamps.LengthOf(start);
        if (length == 0 || length + 2 >= start.Length || start[length] != ' ')
        {
            return Unwrapped.No;
        }

        var message = structured ? AfterFields(start[(length + 1)..], 5) : AfterTag(start[(length + 1)..], lines);
        if (message.IsEmpty)
        {
            return Unwrapped.No;
        }

        if (lines.StandsAlone(message))
        {
            inner = message;
            return Unwrapped.Yes;
        }

        if (!InnerLine.BeginsWithTag(message))
        {
            return Unwrapped.No;
        }

        var host = start[(length + 1)..];
        var hostEnd = host.IndexOf((byte)' ');
        inner = InnerLine.With(hostEnd <= 0 || host[hostEnd - 1] == ':' ? start[..length] : start[..(length + 1 + hostEnd)], message);

        return Unwrapped.Yes;
    }

    /// <summary>What follows <c>host tag:</c>, or <c>tag:</c> where there is no host, or the host where there is no tag.</summary>
    /// <param name="rest">What follows the time.</param>
    /// <param name="lines">Tells where a line begins without a tag before it; null where it is known that none does.</param>
    public static ReadOnlySpan<byte> AfterTag(ReadOnlySpan<byte> rest, InnerLine? lines)
    {
        for (var token = 0; token < 2; token++)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank < 0)
            {
                return default;
            }

            var ended = blank > 0 && rest[blank - 1] == ':';
            rest = rest[blank..].TrimStart((byte)' ');
            if (ended || (token == 0 && lines?.Begins(rest) == true && !LinePrefix.BeginsWithName(rest)))
            {
                return rest;
            }
        }

        return default;
    }

    private static ReadOnlySpan<byte> AfterFields(ReadOnlySpan<byte> rest, int count)
    {
        for (var field = 0; field < count; field++)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank < 0)
            {
                return default;
            }

            rest = rest[(blank + 1)..];
        }

        return rest.TrimStart((byte)' ');
    }
}
