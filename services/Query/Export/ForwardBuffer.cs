namespace MailStats.Query.Export;

/// <summary>
/// A stream that is only written to, on and on: it knows how far it has come, and hands on what was written when it is told to.
/// What writes Parquet asks for the place of everything that it writes, and an answer's body knows none.
/// </summary>
internal sealed class ForwardBuffer : Stream
{
    private readonly MemoryStream _waiting = new();
    private long _handedOn;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _handedOn + _waiting.Length;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public async Task DrainAsync(Stream to, CancellationToken cancellationToken)
    {
        _handedOn += _waiting.Length;
        await to.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), cancellationToken);
        await to.FlushAsync(cancellationToken);
        _waiting.SetLength(0);
    }

    public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _waiting.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _waiting.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _waiting.WriteAsync(buffer, cancellationToken);

    public override void Flush()
    {
        // What waits is handed on when that is asked for.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _waiting.Dispose();
        }

        base.Dispose(disposing);
    }
}
