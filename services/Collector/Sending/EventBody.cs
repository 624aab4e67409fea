using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Collector.Sending;

/// <summary>
/// Events as <c>POST /v1/events</c> takes them: one JSON object a line. Bodies are megabytes and come one after the other, so
/// their buffers are used again.
/// </summary>
internal sealed class EventBody
{
    private static readonly ConcurrentBag<ArrayBufferWriter<byte>> Buffers = [];

    /// <summary>Bytes of an average event. A buffer that starts too small is copied each time it grows.</summary>
    private const int BytesOfEvent = 1_000;

    private readonly ArrayBufferWriter<byte> _lines;

    private EventBody(ArrayBufferWriter<byte> lines, ReadOnlyMemory<byte> bytes)
    {
        (_lines, Bytes) = (lines, bytes);
    }

    /// <summary>Until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public static EventBody Encode(IReadOnlyList<PlacedEvent> events, bool compress)
    {
        var lines = Buffers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>(Math.Max(1, events.Count * BytesOfEvent));
        using (var json = new Utf8JsonWriter(lines, new JsonWriterOptions { SkipValidation = true }))
        {
            foreach (var (item, _) in events)
            {
                JsonSerializer.Serialize(json, item, SubmittedEventJson.Default.SubmittedEvent);
                json.Flush();
                json.Reset();
                lines.Write("\n"u8);
            }
        }

        return new EventBody(lines, compress ? Compressed(lines.WrittenSpan) : lines.WrittenMemory);
    }

    /// <summary>Lets the buffer be used again. Only after an answer: a try that was given up may still be writing it.</summary>
    public void Release()
    {
        _lines.ResetWrittenCount();
        Buffers.Add(_lines);
    }

    private static ReadOnlyMemory<byte> Compressed(ReadOnlySpan<byte> lines)
    {
        using var bytes = new MemoryStream(lines.Length / 8);
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
