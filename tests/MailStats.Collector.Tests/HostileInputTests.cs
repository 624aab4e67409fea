using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.Collector.Tests;

/// <summary>Logs hold anything: no line may stop the reading, whatever happened to it.</summary>
public sealed class HostileInputTests
{
    public static TheoryData<string, string> Formats { get; } = new()
    {
        { "postfix", "postfix.log" },
        { "exim", "exim.log" },
        { "opensmtpd", "opensmtpd.log" },
        { "kumomta", "kumomta.log" },
        { "postal", "postal.log" },
        { "stalwart", "stalwart.log" },
        { "powermta", "powermta.csv" },
        { "hmailserver", "hmailserver.log" },
        { "mailenable", "mailenable.log" },
        { "exchange", "exchange.log" },
        { "haraka", "haraka.log" },
        { "sendmail", "sendmail.log" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_lines_stop_nothing(string format, string sample)
    {
        var lines = Samples.Lines(sample);
        var random = new Random(5);
        for (var round = 0; round < 1_500; round++)
        {
            var reader = Samples.Reader(format);
            foreach (var line in lines)
            {
                reader.Read(random.Next(3) == 0 ? Damage(line, random) : line);
            }

            _ = reader.Messages.Unfinished().Count();
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_beginning_and_every_end_of_every_line_can_be_read(string format, string sample)
    {
        var reader = Samples.Reader(format);
        foreach (var line in Samples.Lines(sample))
        {
            for (var cut = 0; cut <= line.Length; cut++)
            {
                reader.Read(line.AsSpan(0, cut));
                reader.Read(line.AsSpan(cut));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Any_bytes_can_be_read(string format, string sample)
    {
        _ = sample;
        var reader = Samples.Reader(format);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            _ = reader.Read(bytes);

            return true;
        }));
    }

    [Fact]
    public void A_stream_in_any_pieces_gives_the_lines_it_has()
    {
        var texts = from lines in Gen.Choose(0, 40).Select(length => new string('x', length)).ListOf()
                    from ends in Gen.Elements("", "\n")
                    from piece in Gen.Choose(1, 30)
                    select (Text: string.Join('\n', lines) + ends, Piece: piece);

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(texts.ToArbitrary(), sample =>
        {
            var reader = new LineReader(new PiecewiseStream(Encoding.ASCII.GetBytes(sample.Text), sample.Piece), maximumLength: 64);
            var got = new List<string>();
            while (reader.TryRead(out var line, out var tooLong))
            {
                Assert.False(tooLong);
                got.Add(Encoding.ASCII.GetString(line));
            }

            var wanted = sample.Text.Split('\n').ToList();
            if (wanted[^1].Length == 0)
            {
                wanted.RemoveAt(wanted.Count - 1);
            }

            return wanted.SequenceEqual(got) && reader.Consumed == sample.Text.Length;
        }));
    }

    [Fact]
    public void A_line_without_an_end_takes_no_more_memory_than_a_line()
    {
        var reader = new LineReader(new Letters(256L << 20));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(reader.TryRead(out _, out var tooLong));
        Assert.True(tooLong);
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(256L << 20, reader.Consumed);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public async Task Reading_standard_input_stops_in_the_middle_of_a_line_without_an_end()
    {
        using var stop = new CancellationTokenSource();
        var letters = new Letters(long.MaxValue);
        var reading = Task.Run(() => new LineReader(new InterruptibleInput(letters, stop.Token)).TryRead(out _, out _));
        await letters.UntilReadAsync(8 << 20);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Reading_standard_input_stops_while_nothing_comes()
    {
        using var stop = new CancellationTokenSource();
        await using var silent = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        var reading = Task.Run(() => new InterruptibleInput(silent, stop.Token).Read(new byte[1]));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        silent.DisposeLocalCopyOfClientHandle();
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_passed_over_once_and_the_next_one_is_read()
    {
        var text = $"short\n{new string('x', 1000)}\nnext\n";
        var reader = new LineReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), maximumLength: 64);
        var got = new List<(string, bool)>();
        while (reader.TryRead(out var line, out var tooLong))
        {
            got.Add((tooLong ? "" : Encoding.ASCII.GetString(line), tooLong));
        }

        Assert.Equal([("short", false), ("", true), ("next", false)], got);
        Assert.Equal((3, text.Length), (reader.LineNumber, reader.Consumed));
    }

    private static byte[] Damage(byte[] line, Random random)
    {
        var bytes = line.ToList();
        for (var hits = random.Next(1, 6); hits > 0 && bytes.Count > 0; hits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, at));
                    break;
            }
        }

        return [.. bytes];
    }

    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);
    }

    /// <summary>So many letters, and no end of a line.</summary>
    private sealed class Letters(long length) : ForwardStream
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _given;
        private long _wanted = long.MaxValue;

        public Task UntilReadAsync(long bytes)
        {
            Volatile.Write(ref _wanted, bytes);

            return _read.Task;
        }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - _given);
            buffer[..count].Fill((byte)'a');
            _given += count;

            if (_given >= Volatile.Read(ref _wanted))
            {
                _read.TrySetResult();
            }

            return count;
        }
    }
}
