using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// The container's name before each line: <c>postfix-mailcow-1  | …</c> by <c>docker compose logs</c>, coloured or not, and
/// <c>[pod/postfix-0/postfix] …</c> by <c>kubectl logs --prefix</c>.
/// </summary>
internal sealed class ContainerPrefix : IWrapping
{
    /// <summary>Bytes. Docker's container names have up to 64 characters, Kubernetes' pods and containers up to 253 and 63.</summary>
    private const int MaximumLength = 400;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/"u8);

    public string Name => "a container's name before each line";

    /// <summary>Length with the blank after it, 0 where a line does not begin so.</summary>
    public static int LengthOf(ReadOnlySpan<byte> line)
    {
        var at = ColourAt(line, 0);
        var pod = line[at..].StartsWith("[pod/"u8);
        at += pod ? 1 : 0;
        var name = line[at..Math.Min(line.Length, at + MaximumLength)].IndexOfAnyExcept(NameBytes);
        if (name <= 0)
        {
            return 0;
        }

        at += name;
        if (pod)
        {
            return line[at..].StartsWith("] "u8) ? at + 2 : 0;
        }

        at = ColourAt(line, at);
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        if (at >= line.Length || line[at] != '|' || line[at - 1] is not ((byte)' ' or (byte)'m'))
        {
            return 0;
        }

        at = ColourAt(line, at + 1);

        return at < line.Length && line[at] == ' ' ? at + 1 : at == line.Length ? at : 0;
    }

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        var length = LengthOf(line);
        inner = line[length..];

        return length > 0 ? Unwrapped.Yes : Unwrapped.No;
    }

    /// <summary>Where a terminal's colour (<c>ESC [ … m</c>) ends that begins here.</summary>
    private static int ColourAt(ReadOnlySpan<byte> line, int at)
    {
        while (line[at..] is [0x1B, (byte)'[', ..] && line[at..].IndexOf((byte)'m') is > 0 and < 12 and var end)
        {
            at += end + 1;
        }

        return at;
    }
}
