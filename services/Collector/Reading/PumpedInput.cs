using System.IO.Pipelines;

namespace MailStats.Collector.Reading;

/// <summary>
/// A stream that would block, such as standard input, as one that gives what is there and nothing when nothing is, like a
/// file that grows. What is read ahead is bounded.
/// </summary>
internal sealed class PumpedInput : ForwardStream
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 1 << 20));

    public PumpedInput(Stream source) => _ = Task.Run(() => PumpAsync(source));

    /// <summary>True when the source has ended and everything was read.</summary>
    public bool IsAtEnd { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (IsAtEnd || !_pipe.Reader.TryRead(out var result))
        {
            return 0;
        }

        var available = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        var at = 0;
        foreach (var segment in available)
        {
            segment.Span.CopyTo(buffer[at..]);
            at += segment.Length;
        }

        IsAtEnd = result.IsCompleted && available.Length == result.Buffer.Length;
        _pipe.Reader.AdvanceTo(available.End);

        return at;
    }

    private async Task PumpAsync(Stream source)
    {
        // A failure of the source ends the reading with it, at the reader.
        Exception? failure = null;
        try
        {
            await source.CopyToAsync(_pipe.Writer);
        }
        catch (IOException exception)
        {
            failure = exception;
        }

        await _pipe.Writer.CompleteAsync(failure);
    }
}
