namespace MailStats.Collector.Formats;

/// <summary>A line with a second time before it, as <c>docker logs -t</c> and <c>kubectl logs --timestamps</c> put it.</summary>
internal sealed class StampedLines(InnerLine lines) : IWrapping
{
    public string Name => "a time before each line";

    public static bool TryCut(ReadOnlySpan<byte> line, out int length) =>
        Stamps.TryReadIso(line, out _, out var offset, out length) && offset is not null && line[10] == 'T'
        && length + 1 < line.Length && line[length] == ' ';

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (!TryCut(line, out var length))
        {
            return Unwrapped.No;
        }

        var rest = line[(length + 1)..];
        if (!lines.Begins(rest) && (!lines.StandsAlone(rest) || lines.Begins(SyslogInSyslog.AfterTag(rest, lines))))
        {
            // Of another syslog's line with one in it, host and tag go together with the time.
            return Unwrapped.No;
        }

        inner = rest;

        return Unwrapped.Yes;
    }
}
