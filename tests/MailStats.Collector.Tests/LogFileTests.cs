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

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1_000)]
    public void A_hole_that_a_crash_left_in_the_file_takes_no_line_with_it(int hole)
    {
        var bytes = Encoding.ASCII.GetBytes("one\n" + new string('\0', hole) + "two\nthree\n" + new string('\0', hole));
        var reader = new LineReader(new MemoryStream(bytes), maximumLength: 64);
        var read = new List<(string, bool)>();
        while (reader.TryRead(out var line, out var tooLong))
        {
            read.Add((Encoding.ASCII.GetString(line), tooLong));
        }

        Assert.Equal([("one", false), ("two", false), ("three", false)], read.Where(line => line.Item1.Length > 0));
        Assert.DoesNotContain(read, line => line.Item2);
        Assert.Equal(bytes.Length, reader.Consumed);
    }

    [Fact]
    public void Empty_standard_input_has_no_lines() => Assert.Empty(new LogFile(LogFile.StandardInput, () => new MemoryStream()).FirstLines());

    public static TheoryData<string> WindowsEncodings { get; } = ["utf-8", "utf-16", "utf-16BE"];

    [Theory]
    [MemberData(nameof(WindowsEncodings))]
    public void What_a_Windows_program_saved_has_the_lines_of_the_plain_log(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = File.ReadAllText(Samples.PathOf("postfix.log")).ReplaceLineEndings("\r\n");
        byte[] saved = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        Assert.NotEmpty(encoding.GetPreamble());

        Assert.Equal(Lines(File.ReadAllBytes(Samples.PathOf("postfix.log"))), Lines(saved));
        Assert.Equal(Lines(saved), Lines(Packed(saved)));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xFE, 0xFF, 0xD8 })]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF })]
    public void The_beginning_of_a_byte_order_mark_is_no_reason_to_stop(byte[] bytes) => Assert.InRange(Lines(bytes).Count, 0, 1);

    [Fact]
    public void A_folder_is_told_as_one()
    {
        var error = Assert.Throws<IOException>(() => new LogFile(Path.GetTempPath()).FirstLines());

        Assert.Equal("it is a folder; give the logs in it", error.Message);
    }

    private static List<string> Lines(byte[] bytes)
    {
        using var stream = new LogFile(LogFile.StandardInput, () => new MemoryStream(bytes)).Open(out _);
        var reader = new LineReader(stream);
        var lines = new List<string>();
        while (reader.TryRead(out var line, out _))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

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
