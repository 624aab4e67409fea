using System.IO.Compression;
using System.Text;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.Collector.Tests;

public sealed class LogFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Standard_input_is_guessed_and_then_read_from_its_beginning(bool compressed)
    {
        // Longer than what is read ahead, packed too.
        var random = new Random(7);
        var lines = Enumerable.Range(0, 20_000).Select(
            number => $"Mar  3 08:00:01 mx1 postfix/smtpd[1]: {number:X10}: client=h{random.NextInt64():x}{random.NextInt64():x}.example[192.0.2.10]").ToList();
        var input = Encoding.ASCII.GetBytes(string.Join('\n', lines));
        var log = new LogFile(LogFile.StandardInput, () => new MemoryStream(compressed ? Packed(input) : input));

        Assert.Equal("postfix", LogFormats.Guess([.. log.FirstLines().Take(50)], Samples.Now));
        using var stream = log.Open(out _);
        var reader = new LineReader(stream);
        var read = new List<string>();
        while (reader.TryRead(out var line, out _))
        {
            read.Add(Encoding.ASCII.GetString(line));
        }

        Assert.Equal(lines, read);
    }

    [Fact]
    public void Empty_standard_input_has_no_lines() => Assert.Empty(new LogFile(LogFile.StandardInput, () => new MemoryStream()).FirstLines());

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
