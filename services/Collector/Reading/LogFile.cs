using System.IO.Compression;

namespace MailStats.Collector.Reading;

/// <summary>A log on disk or standard input (<c>-</c>), plain or compressed with gzip.</summary>
internal sealed class LogFile(string path, Func<Stream>? standardInput = null)
{
    public const string StandardInput = "-";

    private const int ProbeLines = 2_000;

    /// <summary>What is read ahead of standard input, which cannot be opened twice.</summary>
    private const int HeadBytes = 1 << 18;

    private readonly Func<Stream> _standardInput = standardInput ?? Console.OpenStandardInput;
    private Stream? _rest;
    private ReadOnlyMemory<byte> _head;

    public string Path => path;

    public bool IsStandardInput => path == StandardInput;

    /// <summary>Bytes on disk, 0 where that is unknown.</summary>
    public long Size => IsStandardInput ? 0 : new FileInfo(path).Length;

    /// <summary>Opens the log. <paramref name="raw"/> is the stream on disk, whose position tells the progress.</summary>
    public Stream Open(out Stream raw)
    {
        if (IsStandardInput)
        {
            raw = new HeadedStream(Head(), _rest!);

            return Unpacked(raw, Head().Span);
        }

        raw = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        Span<byte> magic = stackalloc byte[4];
        var read = raw.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        raw.Position = 0;

        return Unpacked(raw, magic[..read]);
    }

    /// <summary>The first lines, for guessing format and order.</summary>
    public IReadOnlyList<byte[]> FirstLines()
    {
        using var stream = IsStandardInput ? Unpacked(new MemoryStream(Head().ToArray()), Head().Span) : Open(out _);
        var reader = new LineReader(stream);
        var lines = new List<byte[]>();
        while (lines.Count < ProbeLines && reader.TryRead(out var line, out var tooLong))
        {
            if (!tooLong && !line.IsEmpty)
            {
                lines.Add(line.ToArray());
            }

            if (lines.Count >= 50 && lines.Sum(known => known.Length) > 1 << 20)
            {
                break;
            }
        }

        return lines;
    }

    private Stream Unpacked(Stream raw, ReadOnlySpan<byte> magic)
    {
        if (magic is [0x28, 0xB5, 0x2F, 0xFD, ..])
        {
            raw.Dispose();
            throw new InvalidDataException($"compressed with zstd, which cannot be read here; unpack it: zstd -dc {(IsStandardInput ? "FILE" : path)} | MailStats.Collector import … -");
        }

        return magic is [0x1F, 0x8B, ..] ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }

    private ReadOnlyMemory<byte> Head()
    {
        if (_rest is null)
        {
            _rest = _standardInput();
            var head = new byte[HeadBytes];
            _head = head.AsMemory(0, _rest.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        }

        return _head;
    }
}
