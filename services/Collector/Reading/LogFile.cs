using System.IO.Compression;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Reading;

/// <summary>A log on disk or standard input (<c>-</c>), plain or compressed with gzip.</summary>
internal sealed record LogFile(string Path)
{
    public const string StandardInput = "-";

    private const int ProbeLines = 2_000;

    public bool IsStandardInput => Path == StandardInput;

    /// <summary>Bytes on disk, 0 where that is unknown.</summary>
    public long Size => IsStandardInput ? 0 : new FileInfo(Path).Length;

    /// <summary>Opens the log. <paramref name="raw"/> is the stream on disk, whose position tells the progress.</summary>
    public Stream Open(out Stream raw)
    {
        if (IsStandardInput)
        {
            return raw = Console.OpenStandardInput();
        }

        raw = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        Span<byte> magic = stackalloc byte[4];
        var read = raw.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        raw.Position = 0;
        if (read == 4 && magic is [0x28, 0xB5, 0x2F, 0xFD])
        {
            raw.Dispose();
            throw new InvalidDataException($"compressed with zstd, which cannot be read here; unpack it: zstd -dc {Path} | MailStats.Collector import --format kumomta … -");
        }

        return read >= 2 && magic is [0x1F, 0x8B, ..] ? new GZipStream(raw, CompressionMode.Decompress) : raw;
    }

    /// <summary>The first lines, for guessing format and order.</summary>
    public IReadOnlyList<byte[]> FirstLines()
    {
        if (IsStandardInput)
        {
            return [];
        }

        using var stream = Open(out _);
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
}
