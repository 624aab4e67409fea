using SharpCompress.Compressors.ZStandard;
using SharpCompress.Compressors.ZStandard.Unsafe;

namespace MailStats.Collector.Reading;

/// <summary>Reports damaged data in the same way for every kind of packing.</summary>
internal sealed class UnpackedStream(string packing, Stream text) : ForwardStream
{
    /// <summary>Bytes unpacked at a time: the most text that is lost ahead of damaged data.</summary>
    private const int Piece = 4096;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return text.Read(buffer[..Math.Min(buffer.Length, Piece)]);
        }
        catch (ZstdException exception) when (exception.Code == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge)
        {
            throw new InvalidDataException(
                "it was packed with zstd --long=28 or more and takes over 128 MB to unpack; "
                + "unpack it outside: zstd -dc --long=31 FILE | mailstats-collector import … -",
                exception);
        }
        catch (Exception exception) when (exception is EndOfStreamException or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            // Unpackers trip over damage in many ways, not only in those that they foresaw.
            throw new InvalidDataException($"its {packing} data is damaged or cut off here", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }
}
