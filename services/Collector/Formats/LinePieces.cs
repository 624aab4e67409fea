namespace MailStats.Collector.Formats;

/// <summary>Puts a line together again that a container runtime cut into records.</summary>
internal sealed class LinePieces
{
    /// <summary>Bytes of one line, as many as <see cref="Reading.LineReader"/> takes: what is longer is cut off there.</summary>
    public const int MaximumBytes = 1 << 20;

    private readonly List<byte> _pieces = [];

    public void Hold(ReadOnlySpan<byte> piece) => _pieces.AddRange(piece[..Math.Min(piece.Length, MaximumBytes - _pieces.Count)]);

    /// <summary>The whole line, of which this is the last piece.</summary>
    public ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> last)
    {
        if (_pieces.Count == 0)
        {
            return last;
        }

        Hold(last);
        var whole = _pieces.ToArray();
        _pieces.Clear();

        return whole;
    }
}
