using System.IO.Compression;
using System.Text;
using MailStats.Collector.Tailing;

namespace MailStats.Collector.Tests;

public sealed class TailedLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-tail-");
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> _reports = [];
    private readonly List<TailedLog> _tails = [];

    private string Log => Path.Combine(_folder.FullName, "mail.log");

    public void Dispose()
    {
        _tails.ForEach(tail => tail.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Lines_come_as_they_are_written_and_half_a_line_waits()
    {
        Append("one\ntwo\nthr");
        var tail = Tail();

        Assert.Equal(["one", "two"], Read(tail));
        Append("ee\nfour\n");
        Assert.Equal(["three", "four"], Read(tail));
        Assert.Equal(19, tail.Position!.Offset);
    }

    [Fact]
    public void A_log_that_is_not_there_yet_is_followed_once_it_is()
    {
        var tail = Tail();
        Assert.Empty(Read(tail));
        Assert.Contains("mail.log", tail.Problem, StringComparison.Ordinal);

        Append("one\n");

        Assert.Equal(["one"], Read(tail));
        Assert.Null(tail.Problem);
    }

    [Fact]
    public void After_a_rename_the_old_log_is_read_to_its_end_first()
    {
        Append("one\n");
        var tail = Tail();
        Assert.Equal(["one"], Read(tail));

        Append("two\n");
        File.Move(Log, Log + ".1");
        Append("late\n", Log + ".1");
        Append("new\n");
        Assert.Equal(["two", "late"], Read(tail));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["new"], Read(tail));
    }

    [Fact]
    public void Lines_that_come_in_the_old_log_after_the_new_one_has_begun_are_read_for_a_while()
    {
        var tail = TailAfterRotation();

        Append("late\n", Log + ".1");
        Append("new 2\n");
        Assert.Equal(["new 2", "late"], Read(tail));
        Append("half", Log + ".1");
        Assert.Empty(Read(tail));

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(["half"], Read(tail));
        Append("far too late\n", Log + ".1");
        Assert.Empty(Read(tail));
        Assert.Null(tail.Position!.Former);
    }

    [Fact]
    public void So_they_are_after_a_restart()
    {
        var position = TailAfterRotation().Position!;
        Append("late\n", Log + ".1");
        File.Move(Log + ".1", Log + ".2");
        Append("new 2\n");

        Assert.Equal(["late", "new 2"], Read(Tail(position)));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Another_log_with_the_same_inode_is_another_log()
    {
        Append("one\n");
        var position = PositionAfterReading();
        Truncate();
        Append("quite another line\n");

        Assert.Equal(["quite another line"], Read(Tail(position)));
        Assert.Contains("is gone", _reports.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_cannot_be_read_for_now_is_read_on_where_it_was_left_once_it_can()
    {
        Append("one\n");
        var position = PositionAfterReading();
        File.Move(Log, Log + ".aside");
        Directory.CreateDirectory(Log);
        var tail = Tail(position);
        Assert.Empty(Read(tail));
        Assert.Contains("cannot be read", tail.Problem, StringComparison.Ordinal);
        Assert.Equal(position, tail.Position);

        Directory.Delete(Log);
        File.Move(Log + ".aside", Log);
        Append("two\n");

        Assert.Equal(["two"], Read(tail));
        Assert.Null(tail.Problem);
        Assert.Empty(_reports);
    }

    [Fact]
    public void An_empty_new_log_does_not_end_the_old_one()
    {
        Append("one\n");
        var tail = Tail();
        Read(tail);
        File.Move(Log, Log + ".1");
        Append("");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Read(tail));

        Append("two\n", Log + ".1");

        Assert.Equal(["two"], Read(tail));
    }

    [Fact]
    public void After_copy_and_truncation_the_rest_is_read_from_the_copy()
    {
        Append("one\n");
        var tail = Tail();
        Read(tail);
        _ = tail.Position;

        Append("two\n");
        File.Copy(Log, Log + ".1");
        Truncate();
        Append("3\n");

        Assert.Equal(["two", "3"], Read(tail));
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_log_that_was_emptied_and_grew_past_the_old_length_is_noticed()
    {
        Append("one\n");
        var tail = Tail();
        Read(tail);
        _ = tail.Position;

        Truncate();
        Append("quite another line\n");

        Assert.Equal(["quite another line"], Read(tail));
        Assert.Contains("truncated", _reports.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_goes_on_where_the_last_run_stopped()
    {
        Append("one\ntwo\n");
        var position = PositionAfterReading();
        Append("three\n");

        Assert.Equal(["three"], Read(Tail(position)));
    }

    [Fact]
    public void A_log_rotated_while_nobody_read_is_read_from_where_it_was_left()
    {
        Append("one\n");
        var position = PositionAfterReading();
        Append("two\n");
        File.Move(Log, Log + ".1");
        Touch(Log + ".1", hour: 1);
        Append("three\n");
        Touch(Log, hour: 2);

        Assert.Equal(["two", "three"], Read(Tail(position)));
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_log_rotated_twice_and_compressed_while_nobody_read_is_found_by_how_it_begins()
    {
        Append("ancient\n", Log + ".3");
        Touch(Log + ".3", hour: 0);
        Append("one\n");
        var position = PositionAfterReading();
        Append("two\n");
        Compress(Log, Log + ".2.gz");
        Touch(Log + ".2.gz", hour: 1);
        Append("three\n", Log + ".1");
        Touch(Log + ".1", hour: 2);
        Append("four\n");
        Touch(Log, hour: 3);

        Assert.Equal(["two", "three", "four"], Read(Tail(position)));
        Assert.Empty(_reports);
    }

    [SkippableTheory]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("bzip2")]
    public void A_rotated_log_is_found_and_read_on_however_it_is_packed(string program)
    {
        Append("one\n");
        var position = PositionAfterReading();
        File.WriteAllBytes(Log + ".1.packed", Packed.Of(program, "one\ntwo\n"u8.ToArray()));
        File.Delete(Log);
        Append("three\n");
        Touch(Log, hour: 1);

        Assert.Equal(["two", "three"], Read(Tail(position)));
        Assert.Empty(_reports);
    }

    [SkippableFact]
    public void A_rotated_log_that_is_cut_off_is_told_of_and_the_next_is_read()
    {
        Append("one\n");
        var position = PositionAfterReading();
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"{number * 7919L}\n"));
        var packed = Packed.Of("xz", Encoding.ASCII.GetBytes("one\n" + lines));
        File.WriteAllBytes(Log + ".1.xz", packed[..^1000]);
        File.Delete(Log);
        Append("last\n");
        Touch(Log, hour: 1);

        var read = Read(Tail(position));

        Assert.Equal(lines.Split('\n').Take(read.Count - 1).Append("last"), read);
        Assert.InRange(read.Count, 10_000, 20_000);
        Assert.StartsWith(
            $"{Log}.1.xz:{read.Count - 1}: cannot be read any further: its xz data is damaged or cut off here", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_copied_and_truncated_while_nobody_read_is_read_on_in_the_copy()
    {
        Append("one\n");
        var position = PositionAfterReading();
        Append("two\n");
        File.Copy(Log, Log + ".1");
        Touch(Log + ".1", hour: 1);
        Truncate();
        Append("three\n");
        Touch(Log, hour: 2);

        Assert.Equal(["two", "three"], Read(Tail(position)));
    }

    [Fact]
    public void A_log_that_is_gone_is_told_and_the_new_one_is_read()
    {
        Append("one\n");
        var position = PositionAfterReading();
        File.Delete(Log);
        Append("quite another\n");

        Assert.Equal(["quite another"], Read(Tail(position)));
        Assert.Contains("is gone", _reports.Single(), StringComparison.Ordinal);
    }

    private TailedLog Tail(FilePosition? saved = null)
    {
        var tail = new TailedLog(Log, saved, _time, _reports.Add);
        _tails.Add(tail);

        return tail;
    }

    /// <summary>A tail that has read "one" of the log before and "new" of this one.</summary>
    private TailedLog TailAfterRotation()
    {
        Append("one\n");
        var tail = Tail();
        Read(tail);
        File.Move(Log, Log + ".1");
        Append("new\n");
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["new"], Read(tail));

        return tail;
    }

    private FilePosition PositionAfterReading()
    {
        using var tail = new TailedLog(Log, null, _time, _reports.Add);
        Read(tail);

        return tail.Position!;
    }

    private static List<string> Read(TailedLog tail)
    {
        var lines = new List<string>();
        while (tail.TryRead(out var line, out _))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    private void Append(string text, string? path = null) => File.AppendAllText(path ?? Log, text);

    private void Truncate()
    {
        using var stream = new FileStream(Log, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
    }

    /// <summary>Times of last writing far enough apart to tell the order, after the position was noted.</summary>
    private void Touch(string path, int hour) => File.SetLastWriteTimeUtc(path, _time.Now.UtcDateTime.AddHours(hour));

    private static void Compress(string from, string to)
    {
        using (var source = File.OpenRead(from))
        using (var stream = new GZipStream(File.Create(to), CompressionLevel.Fastest))
        {
            source.CopyTo(stream);
        }

        File.Delete(from);
    }
}
