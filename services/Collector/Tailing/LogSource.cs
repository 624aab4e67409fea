using MailStats.Collector.Reading;

namespace MailStats.Collector.Tailing;

/// <summary>One file that is read to its end, or as it grows.</summary>
internal sealed class LogSource : IDisposable
{
    private readonly FileStream _raw;
    private readonly Stream _text;
    private readonly long _start;
    private readonly bool _compressed;
    private int _beginningBytes;
    private string _beginning = "";

    private LogSource(string path, FileStream raw, Stream text, long start, bool grows)
    {
        Path = path;
        _raw = raw;
        _text = text;
        _start = start;
        _compressed = text != raw;
        Identity = FileIdentity.Of(raw.SafeFileHandle);
        Reader = new LineReader(text, grows: grows);
    }

    public string Path { get; }

    public FileIdentity Identity { get; }

    public LineReader Reader { get; }

    /// <summary>Bytes of text read.</summary>
    public long Offset => _start + Reader.Consumed;

    /// <summary>Lines read here, after those before the start.</summary>
    public long LineNumber => Reader.LineNumber;

    public static LogSource Open(string path, long start, bool grows)
    {
        var raw = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        try
        {
            var text = Packing.Unpacked(raw);
            if (text == raw)
            {
                raw.Position = start;
            }
            else
            {
                Skip(text, start);
            }

            return new LogSource(path, raw, text, start, grows && text == raw);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>The first bytes of a file's text.</summary>
    public static byte[] BeginningOf(string path)
    {
        using var raw = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        using var text = Packing.Unpacked(raw);
        var beginning = new byte[FilePosition.BeginningLength];

        return beginning[..text.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
    }

    public FilePosition Position(long now)
    {
        if (_beginningBytes < FilePosition.BeginningLength && !_compressed)
        {
            // Only what has been read is surely there to stay; the beginning grows with the log until it is long enough.
            Span<byte> beginning = stackalloc byte[FilePosition.BeginningLength];
            var read = RandomAccess.Read(_raw.SafeFileHandle, beginning[..(int)Math.Min(Offset, beginning.Length)], 0);
            if (read > _beginningBytes)
            {
                _beginningBytes = read;
                _beginning = FilePosition.HashOf(beginning[..read]);
            }
        }

        return new FilePosition
        {
            Device = Identity.Device, Inode = Identity.Inode, Offset = Offset, BeginningBytes = _beginningBytes, Beginning = _beginning, NotedAt = now,
        };
    }

    /// <summary>Keeps the beginning known of a file that is compressed now.</summary>
    public void KnownAs(FilePosition position)
    {
        _beginningBytes = position.BeginningBytes;
        _beginning = position.Beginning;
    }

    /// <summary>True when the file was made shorter, or was emptied and has grown again: what stands at its beginning is not what was read.</summary>
    public bool WasTruncated()
    {
        var length = RandomAccess.GetLength(_raw.SafeFileHandle);
        if (length < Offset)
        {
            return true;
        }

        if (_beginningBytes == 0 || length == Offset)
        {
            return false;
        }

        Span<byte> beginning = stackalloc byte[FilePosition.BeginningLength];
        var read = RandomAccess.Read(_raw.SafeFileHandle, beginning[.._beginningBytes], 0);

        return read < _beginningBytes || FilePosition.HashOf(beginning[.._beginningBytes]) != _beginning;
    }

    public void Dispose()
    {
        _text.Dispose();
        _raw.Dispose();
    }

    private static void Skip(Stream text, long count)
    {
        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var read = text.Read(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)));
            if (read == 0)
            {
                return;
            }

            count -= read;
        }
    }
}
