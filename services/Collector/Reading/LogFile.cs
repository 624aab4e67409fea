namespace MailStats.Collector.Reading;

/// <summary>A log on disk or standard input (<c>-</c>), plain or packed (<see cref="Packing"/>).</summary>
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

    /// <summary>Opens the log. <paramref name="raw"/> is the stream on disk; its position shows the progress.</summary>
    public Stream Open(out Stream raw)
    {
        if (IsStandardInput)
        {
            raw = new HeadedStream(Head(), _rest!);

            return Lines(Packing.Unpacked(raw, Head().Span));
        }

        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder; give the logs in it");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        raw = file;

        return Lines(Packing.Unpacked(file));
    }

    /// <summary>The first lines, for guessing format and order.</summary>
    public IReadOnlyList<byte[]> FirstLines()
    {
        using var stream = IsStandardInput ? Lines(Packing.Unpacked(new MemoryStream(Head().ToArray()), Head().Span)) : Open(out _);
        var reader = new LineReader(stream);
        var lines = new List<byte[]>();
        try
        {
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
        }
        catch (InvalidDataException) when (lines.Count > 0)
        {
            // Enough for a guess. Reading the whole log reports the damage.
        }

        return lines;
    }

    private static Stream Lines(Stream unpacked) => JsonArray.AsLines(Utf16.AsUtf8(unpacked));

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
