using System.Text;
using MailStats.Collector.Reading;

namespace MailStats.Collector.Tests;

public sealed class PackingTests : IDisposable
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40_000).Select(number => $"{number} {number * 7919L}\n")));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-packing-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Packed by xz 5.4, zstd 1.5 and bzip2 1.0, each from two halves that were joined.</summary>
    [Theory]
    [InlineData("postfix.log.xz")]
    [InlineData("postfix.log.zst")]
    [InlineData("postfix.log.bz2")]
    public void A_packed_log_has_the_lines_of_the_plain_one(string name)
    {
        Assert.Equal(File.ReadAllBytes(Samples.PathOf("postfix.log")), Read(File.ReadAllBytes(Samples.PathOf(name))));
        Assert.Equal(new LogFile(Samples.PathOf("postfix.log")).FirstLines(), new LogFile(Samples.PathOf(name)).FirstLines());
    }

    [SkippableTheory]
    [InlineData("gzip", "-1")]
    [InlineData("xz", "-1")]
    [InlineData("xz", "--block-size=50000")]
    [InlineData("xz", "--check=sha256")]
    [InlineData("xz", "--check=none")]
    [InlineData("zstd", "-1")]
    [InlineData("zstd", "-19")]
    [InlineData("zstd", "--no-check")]
    [InlineData("bzip2", "-1")]
    [InlineData("bzip2", "-9")]
    public void All_members_of_a_file_are_read_also_empty_ones(string program, string argument)
    {
        byte[] packed =
        [
            .. Packed.Of(program, Text[..100_000], argument), .. Packed.Of(program, [], argument), .. Packed.Of(program, Text[100_000..], argument),
        ];

        Assert.Equal(Text, Read(packed));
        Assert.Equal(Text, ReadAsStandardInput(packed));
    }

    [SkippableFact]
    public void What_stands_between_the_members_is_passed_over()
    {
        byte[] first = [.. "P*M\u0018"u8, 5, 0, 0, 0, .. "hello"u8];

        Assert.Equal(Text, Read([.. first, .. Packed.Of("zstd", Text[..1000]), .. first, .. Packed.Of("zstd", Text[1000..])]));
        Assert.Equal(Text, Read([.. Packed.Of("xz", Text[..1000]), 0, 0, 0, 0, .. Packed.Of("xz", Text[1000..]), .. new byte[8]]));
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("bzip2")]
    public void Wherever_a_file_is_cut_off_what_stands_before_is_read_and_the_rest_is_missed(string program)
    {
        var packed = Packed.Of(program, Text);

        foreach (var length in new[] { 7, 20, packed.Length / 3, packed.Length - 1000, packed.Length - 9, packed.Length - 1 })
        {
            Assert.True(Text.AsSpan().StartsWith(ReadBroken(packed[..length], program)));
        }
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("bzip2")]
    public void Damage_is_told_wherever_it_is(string program)
    {
        var packed = Packed.Of(program, Text);

        foreach (var at in Enumerable.Range(0, 20).Select(part => 12 + (packed.Length - 20) * part / 20))
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 0x10;

            ReadBroken(damaged, program);
        }
    }

    [SkippableFact]
    public void What_takes_too_much_memory_to_unpack_names_the_command_that_does()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(Packed.Of("zstd", Text, "--long=31")));

        Assert.Contains("zstd -dc --long=31", error.Message, StringComparison.Ordinal);
    }

    private byte[] ReadBroken(byte[] packed, string program)
    {
        using var read = new MemoryStream();
        var error = Assert.Throws<InvalidDataException>(() => Read(packed, read));
        Assert.Equal($"its {program} data is damaged or cut off here", error.Message);

        return read.ToArray();
    }

    private byte[] Read(byte[] packed)
    {
        using var text = new MemoryStream();
        Read(packed, text);

        return text.ToArray();
    }

    private void Read(byte[] packed, MemoryStream text)
    {
        var path = Path.Combine(_folder.FullName, "mail.log.1");
        File.WriteAllBytes(path, packed);
        using var stream = new LogFile(path).Open(out _);
        stream.CopyTo(text);
    }

    private static byte[] ReadAsStandardInput(byte[] packed)
    {
        using var text = new MemoryStream();
        var log = new LogFile(LogFile.StandardInput, () => new MemoryStream(packed));
        log.FirstLines();
        using var stream = log.Open(out _);
        stream.CopyTo(text);

        return text.ToArray();
    }
}
