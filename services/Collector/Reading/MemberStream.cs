namespace MailStats.Collector.Reading;

/// <summary>
/// The text of all members of a packed file, for unpackers that know one. Files that were joined have several, and so have
/// those that were packed by several threads.
/// </summary>
/// <param name="raw">The packed bytes, of which an unpacker takes no more than its member's.</param>
/// <param name="unpack">Makes the text of one member.</param>
internal sealed class MemberStream(Stream raw, Func<Stream, Stream> unpack) : ForwardStream
{
    private Stream? _text;
    private bool _ended;

    public override int Read(Span<byte> buffer)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            if (_text?.Read(buffer) is > 0 and var read)
            {
                return read;
            }

            _text = Next();
            _ended = _text is null;
        }

        return 0;
    }

    /// <summary>Zeros may stand after a member, four at a time (xz's format allows them).</summary>
    private Stream? Next()
    {
        var start = new byte[4];
        int length;
        do
        {
            length = raw.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        while (length == start.Length && start is [0, 0, 0, 0]);

        return length == 0 ? null : unpack(new Member(start.AsMemory(0, length), raw));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            raw.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// No member ends where the file does: unpackers take that for more bytes and make text of them, so it is said to them
    /// as an error. Their question how far they have come, on which xz's padding depends, is answered here because what cannot
    /// seek does not answer it.
    /// </summary>
    private sealed class Member(ReadOnlyMemory<byte> start, Stream rest) : ForwardStream
    {
        private readonly HeadedStream _bytes = new(start, rest);
        private long _position;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = _bytes.Read(buffer);
            _position += read;

            return read > 0 || buffer.IsEmpty ? read : throw new EndOfStreamException();
        }
    }
}
