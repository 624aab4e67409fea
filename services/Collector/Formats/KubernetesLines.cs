namespace MailStats.Collector.Formats;

/// <summary>
/// What Kubernetes' container runtimes write (CRI): <c>2026-03-03T08:00:00.1Z stdout F …</c>. A line longer than 16 KB comes in
/// pieces marked <c>P</c>, the last of which is marked <c>F</c>.
/// </summary>
internal sealed class KubernetesLines(InnerLine lines) : IWrapping
{
    private readonly LinePieces _pieces = new();

    public string Name => "Kubernetes CRI";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (!StampedLines.TryCut(line, out var length))
        {
            return Unwrapped.No;
        }

        var rest = line[(length + 1)..];
        if ((!rest.StartsWith("stdout "u8) && !rest.StartsWith("stderr "u8)) || rest.Length < 8 || rest[7] is not ((byte)'F' or (byte)'P'))
        {
            return Unwrapped.No;
        }

        var blank = rest[7..].IndexOf((byte)' ');
        var text = blank < 0 ? default : rest[(7 + blank + 1)..];
        if (rest[7] == 'P')
        {
            _pieces.Hold(text);
            return Unwrapped.Held;
        }

        text = _pieces.Complete(text);
        inner = text.IsEmpty || lines.StandsAlone(text) ? text : InnerLine.With(line[..length], text);

        return Unwrapped.Yes;
    }
}
