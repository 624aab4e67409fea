namespace MailStats.Collector.Reading;

/// <summary>
/// Cuts a stream into lines without copying them. Memory is one buffer, whatever the stream's size; a line that does not
/// fit is skipped and reported as too long.
/// </summary>
internal sealed class LineReader(Stream stream, int maximumLength = LineReader.DefaultMaximumLength, bool grows = false)
{
    /// <summary>1 MB: syslog cuts lines at 1 to 8 KB.</summary>
    public const int DefaultMaximumLength = 1 << 20;

    private readonly byte[] _buffer = new byte[maximumLength + 1];
    private int _start;
    private int _end;
    private bool _skipping;
    private bool _ended;

    /// <summary>Number of the line last returned, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Bytes of the stream that belong to lines returned so far, line ends included.</summary>
    public long Consumed { get; private set; }

    /// <summary>The next line without its line end. The span holds until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        while (true)
        {
            var pending = _buffer.AsSpan(_start, _end - _start);
            var length = pending.IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Trim(pending[..length]);
                tooLong = _skipping;
                _skipping = false;
                Advance(length + 1);
                return true;
            }

            if (_ended && grows)
            {
                // The rest of the line is yet to be written.
                _ended = false;
                line = default;
                tooLong = false;
                return false;
            }

            if (_ended)
            {
                line = Trim(pending);
                tooLong = _skipping;
                var any = !pending.IsEmpty || _skipping;
                _skipping = false;
                if (any)
                {
                    Advance(pending.Length);
                }

                return any;
            }

            Fill();
        }
    }

    /// <summary>Nothing is written to the stream any more: a last line without line end is one now.</summary>
    public void StopGrowing() => grows = false;

    /// <summary>Stops reading; an unfinished line is dropped.</summary>
    public void GiveUp() => (_start, _end, _skipping, _ended) = (0, 0, false, true);

    /// <summary>
    /// Without the return of a Windows line end, the byte order mark that a Windows program puts before the first line, and the NUL bytes
    /// that a crash or <c>copytruncate</c> leaves before the next line.
    /// </summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        line = line is [0, ..] ? line.TrimStart((byte)0) : line;
        line = line is [0xEF, 0xBB, 0xBF, .. var behind] ? behind : line;

        return line is [.. var text, (byte)'\r'] ? text : line;
    }

    private void Advance(int length)
    {
        _start += length;
        Consumed += length;
        LineNumber++;
    }

    /// <summary>No line end in a whole buffer: what is in it is forgotten, and the line with it unless it is only a hole in the file.</summary>
    private void MakeRoom()
    {
        var text = _buffer.AsSpan().IndexOfAnyExcept((byte)0);
        var forgotten = text > 0 ? text : _end;
        _skipping |= text == 0;
        _buffer.AsSpan(forgotten, _end - forgotten).CopyTo(_buffer);
        Consumed += forgotten;
        _end -= forgotten;
    }

    private void Fill()
    {
        if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        var read = stream.Read(_buffer.AsSpan(_end));
        _ended = read == 0;
        _end += read;
    }
}
