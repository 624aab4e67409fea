namespace MailStats.Collector.Reading;

/// <summary>
/// Standard input that a program can be stopped at, though it waits for more (<c>tail -f … | import -</c>) or is in the middle of a line
/// without an end. A read that is left waits on in the background, until the program ends.
/// </summary>
internal sealed class InterruptibleInput(Stream source, CancellationToken stop) : ForwardStream
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <exception cref="OperationCanceledException">The program is to stop.</exception>
    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        if (_start == _end)
        {
            (_start, _end) = (0, Task.Run(() => source.Read(_buffer), CancellationToken.None).WaitAsync(stop).GetAwaiter().GetResult());
        }

        var length = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, length).CopyTo(buffer);
        _start += length;

        return length;
    }
}
