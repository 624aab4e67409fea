using System.Text;

namespace MailStats.Collector.Reading;

/// <summary>Logs that Windows programs saved as UTF-16, which begin with its byte order mark, are read as UTF-8.</summary>
internal static class Utf16
{
    public static Stream AsUtf8(Stream stream)
    {
        var mark = new byte[2];
        var read = stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        var encoding = mark switch
        {
            [0xFF, 0xFE] => (Encoding?)Encoding.Unicode,
            [0xFE, 0xFF] => Encoding.BigEndianUnicode,
            _ => null,
        };

        if (encoding is not null && read == mark.Length)
        {
            return Encoding.CreateTranscodingStream(stream, encoding, Encoding.UTF8);
        }

        if (!stream.CanSeek)
        {
            return new HeadedStream(mark.AsMemory(0, read), stream);
        }

        stream.Position = 0;

        return stream;
    }
}
