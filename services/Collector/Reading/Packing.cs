using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;

namespace MailStats.Collector.Reading;

/// <summary>
/// What log rotation packs with: gzip, xz, zstd, bzip2. Recognised by a file's first bytes, not by its name. Unpacking takes the
/// memory that the packer chose (up to 64 MB with <c>xz -9</c>), whatever the log's size.
/// </summary>
internal static class Packing
{
    /// <summary>Bytes at the beginning that identify the packing.</summary>
    public const int MagicLength = 6;

    /// <summary>The log's text, all members of a file that is several in a row; the stream itself where it is not packed.</summary>
    public static Stream Unpacked(Stream raw, ReadOnlySpan<byte> magic) => magic switch
    {
        [0x1F, 0x8B, ..] => new UnpackedStream("gzip", new GZipStream(raw, CompressionMode.Decompress)),
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00, ..] =>
            new UnpackedStream("xz", new MemberStream(Buffered(raw), member => new XZStream(member))),
        [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => new UnpackedStream("zstd", new DecompressionStream(raw)),
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31 or 0x17, 0x41 or 0x72, ..] =>
            new UnpackedStream(
                "bzip2",
                new MemberStream(
                    Buffered(raw),
                    member => BZip2Stream.Create(member, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: false))),
        _ => raw,
    };

    /// <summary>The same for a file that was just opened.</summary>
    public static Stream Unpacked(FileStream raw)
    {
        Span<byte> magic = stackalloc byte[MagicLength];
        var read = raw.ReadAtLeast(magic, MagicLength, throwOnEndOfStream: false);
        raw.Position = 0;

        return Unpacked(raw, magic[..read]);
    }

    /// <summary>For unpackers that ask for single bytes.</summary>
    private static BufferedStream Buffered(Stream raw) => new(raw, 1 << 16);
}
