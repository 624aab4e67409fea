using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// The container's name before each line: <c>postfix-mailcow-1  | …</c> by <c>docker compose logs</c>, coloured or not,
/// <c>[pod/postfix-0/postfix] …</c> by <c>kubectl logs --prefix</c>, <c>postfix-0 postfix …</c> by stern, and Loki's labels by logcli.
/// </summary>
internal sealed class ContainerPrefix : IWrapping
{
    /// <summary>Bytes. Docker's container names have up to 64 characters, Kubernetes' pods and containers up to 253 and 63.</summary>
    private const int MaximumLength = 400;

    private const int MaximumLabels = 4096;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/"u8);

    public string Name => "a container's name before each line";

    /// <summary>Length with the blank after it, 0 where a line does not begin so.</summary>
    public static int LengthOf(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{"u8))
        {
            return LabelsAt(line);
        }

        var at = ColourAt(line, 0);
        var pod = line[at..].StartsWith("[pod/"u8);
        at += pod ? 1 : 0;
        var name = line[at..Math.Min(line.Length, at + MaximumLength)].IndexOfAnyExcept(NameBytes);
        if (name <= 0)
        {
            return 0;
        }

        var nameAt = at;
        at += name;
        if (pod)
        {
            return line[at..].StartsWith("] "u8) ? at + 2 : 0;
        }

        at = ColourAt(line, at);
        var behindName = at;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        if (at == behindName + 1 && line[at..] is not [(byte)'|', ..])
        {
            return PodAt(line, nameAt, at);
        }

        if (at >= line.Length || line[at] != '|' || line[at - 1] is not ((byte)' ' or (byte)'m'))
        {
            return 0;
        }

        at = ColourAt(line, at + 1);

        return at < line.Length && line[at] == ' ' ? ColourAt(line, at + 1) : at == line.Length ? at : 0;
    }

    /// <summary>A pod's and a container's name: the pod's begins with a letter and has a dash, as those of every controller do.</summary>
    private static int PodAt(ReadOnlySpan<byte> line, int pod, int container)
    {
        container = ColourAt(line, container);
        var name = line[container..Math.Min(line.Length, container + MaximumLength)].IndexOfAnyExcept(NameBytes);
        if (name <= 0 || !char.IsAsciiLetter((char)line[pod]) || !line[pod..container].Contains((byte)'-'))
        {
            return 0;
        }

        var end = ColourAt(line, container + name);

        return end < line.Length && line[end] == ' ' ? end + 1 : 0;
    }

    /// <summary><c>{app="postfix", pod="postfix-0"} …</c></summary>
    private static int LabelsAt(ReadOnlySpan<byte> line)
    {
        var end = line[..Math.Min(line.Length, MaximumLabels)].IndexOf("\"} "u8);

        return end > 0 && line[1..end].IndexOf("=\""u8) is > 0 and var equals && !line[1..equals].ContainsAny(" \":"u8) ? end + 3 : 0;
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
