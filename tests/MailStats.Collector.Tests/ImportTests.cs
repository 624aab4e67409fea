using System.IO.Compression;
using System.Text;
using MailStats.Collector.Formats;
using MailStats.Collector.Import;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

public sealed class ImportTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-import-");
    private IngestDouble _server = null!;

    public async Task InitializeAsync() => _server = await IngestDouble.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_whole_log_arrives_with_every_fact()
    {
        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal(0, summary.ExitCode);
        var deliveries = Ledger.Of(_server.Taken);
        Assert.Equal(5, deliveries.Count);
        var bob = deliveries.Single(delivery => delivery.Recipient == "bob@example.org");
        Assert.Equal(("expired", 2, "20260303T080001-relay1-4A1B2C3D4E"), (bob.Status, bob.Attempts, bob.MessageKey));
        Assert.Equal("452-4.2.2 The mailbox is full.\n452 4.2.2 Try later", bob.Last.Reply);
        Assert.Equal(("Späte Grüße", 1.5, 2048L), (bob.Last.Subject, bob.Last.SpamScore, bob.Last.Bytes));
        Assert.Equal(2, deliveries.Count(delivery => delivery.Recipient == "ann@example.net"));
        Assert.True(deliveries.Single(delivery => delivery.Recipient == "admin@relay1.shop.example").Local);
        Assert.Equal("spam@bad.example", _server.Taken.Single(item => item.Event == "rejected").Sender);
    }

    [Fact]
    public async Task Reading_it_twice_sends_the_same_events()
    {
        await ImportAsync(Samples.PathOf("postfix.log"));
        var once = Distinct(_server.Taken);
        await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal(once, Distinct(_server.Taken));
    }

    [Fact]
    public async Task A_delivery_s_events_are_sent_side_by_side_however_far_apart_their_lines_are()
    {
        var first = Samples.Lines("postfix.log");
        var other = first.Select(line => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(line).Replace("relay1", "relay2", StringComparison.Ordinal)));
        await ImportAsync(Write("interleaved", [.. first.Zip(other).SelectMany(IEnumerable<byte[]> (pair) => [pair.First, pair.Second])]));

        var order = _server.Taken.Select(item => (item.MessageKey, item.Recipient)).ToList();
        var changes = 1 + order.Zip(order.Skip(1)).Count(pair => pair.First != pair.Second);
        Assert.Equal(order.Distinct().Count(), changes);
        Assert.True(order.Count > changes);
    }

    /// <summary>Lines of the sample's last message: a piece without any submission cannot tell that one was cut off.</summary>
    private const int LastMessage = 5;

    public static TheoryData<bool> Orders { get; } = [true, false];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Cut_anywhere_and_read_in_two_runs_it_tells_the_same(bool firstHalfFirst)
    {
        var lines = Samples.Lines("postfix.log");
        await ImportAsync(Samples.PathOf("postfix.log"));
        var whole = Distinct(_server.Taken);
        for (var cut = 1; cut < lines.Count - LastMessage; cut++)
        {
            _server.Taken.Clear();
            var state = Path.Combine(_folder.FullName, $"state-{cut}");
            var halves = new[] { Write($"a{cut}", lines[..cut]), Write($"b{cut}", lines[cut..]) };
            foreach (var half in firstHalfFirst ? halves : halves.Reverse())
            {
                // 3 where a half has no line about a delivery.
                Assert.Contains((await ImportWithAsync(state, half)).ExitCode, new[] { 0, 3 });
            }

            AssertSame(whole, Distinct(_server.Taken), $"cut after line {cut}");
        }
    }

    [Fact]
    public async Task Rotated_and_compressed_logs_are_read_in_their_own_order()
    {
        var lines = Samples.Lines("postfix.log");
        await ImportAsync(Samples.PathOf("postfix.log"));
        var whole = Distinct(_server.Taken);
        _server.Taken.Clear();

        var newest = Write("a.log", lines[25..]);
        var middle = Compress(Write("b.log", lines[12..25]));
        var oldest = Write("c.log", lines[..12]);
        await ImportAsync(newest, middle, oldest);

        Assert.Equal(whole, Distinct(_server.Taken));
    }

    [Fact]
    public async Task A_message_that_began_before_the_log_waits_and_can_be_sent_as_it_is()
    {
        var half = Write("half", Samples.Lines("postfix.log")[16..]);

        var kept = await ImportAsync(half);
        Assert.Equal((0, 2L), (kept.ExitCode, kept.Waiting));
        Assert.DoesNotContain(_server.Taken, item => item.Recipient == "bob@example.org");

        var sent = await RunAsync(new SendOptions { Url = _server.Url, Key = IngestDouble.Key }, Path.Combine(_folder.FullName, "state"), true, half);
        Assert.Equal(0, sent.Waiting);
        Assert.Contains(_server.Taken, item => item.Recipient == "bob@example.org" && item.MessageKey!.StartsWith("20260303T0800", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _server.AnswerNext(503, retryAfter: "0");
        _server.AnswerNext(429, retryAfter: "0");

        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal((0, 3), (summary.ExitCode, _server.Requests));
        Assert.Equal(summary.Deliveries + summary.Rejections, _server.Taken.Count);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    [InlineData(null, 0)]
    public async Task Bodies_are_compressed_unless_the_server_is_on_this_machine(bool? compress, int compressed)
    {
        var send = new SendOptions { Url = _server.Url, Key = IngestDouble.Key, Compress = compress };

        var summary = await RunAsync(send, Path.Combine(_folder.FullName, "state"), false, Samples.PathOf("postfix.log"));

        Assert.Equal((0, compressed), (summary.ExitCode, _server.Compressed));
        Assert.Equal(summary.Accepted, _server.Taken.Count);
        Assert.True(new SendOptions { Url = new Uri("https://mailstats.example"), Key = "k" }.Compresses);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_halved()
    {
        _server.AnswerNext(413);

        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal((0, 3), (summary.ExitCode, _server.Requests));
        Assert.Equal(summary.Accepted, _server.Taken.Count);
    }

    [Fact]
    public async Task What_the_server_refuses_is_named_with_file_and_line()
    {
        _server.Refuse = item => item.Recipient == "gone@example.org" ? ("recipient", "not wanted here") : null;

        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal((1, 1L), (summary.ExitCode, summary.Refused));
        Assert.Contains(summary.Problems, problem => problem.EndsWith("postfix.log:10: recipient: not wanted here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_would_leave_deferrals_out_is_not_sent_to()
    {
        _server.KnowsDeferrals = false;

        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains(summary.Problems, problem => problem.Contains("older than this Collector", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "state")));
    }

    [Fact]
    public async Task A_wrong_key_ends_it_with_the_reason_and_keeps_no_state()
    {
        var summary = await RunAsync(
            new SendOptions { Url = _server.Url, Key = "wrong" }, Path.Combine(_folder.FullName, "state"), false, Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains(summary.Problems, problem => problem.Contains("401", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "state")));
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_it_with_the_reason()
    {
        var options = new SendOptions { Url = new Uri("http://127.0.0.1:9"), Key = "k", Retries = 2, FirstDelay = TimeSpan.FromMilliseconds(1) };

        var summary = await RunAsync(options, Path.Combine(_folder.FullName, "state"), false, Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains(summary.Problems, problem => problem.Contains("cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Junk_between_the_lines_is_counted_by_cause_and_named()
    {
        var lines = Samples.Lines("postfix.log");
        lines.Insert(3, [0, 1, 2, 3, 0xFF, 0xFE, 0, 9, 9, 9, 0, 1, 2, 3, 0xFF, 0xFE, 0, 9, 9, 9]);
        lines.Insert(5, "what is this line doing in a mail log"u8.ToArray());
        lines.Insert(8, new byte[(1 << 20) + 5000]);
        lines.Insert(9, []);
        lines.Insert(12, "Mar  3 08:00:02 relay1 postfix/smtp[100]: 4A1B2C3D4E: to=<ann@exam"u8.ToArray());
        lines.Insert(13, "Mar  3 08:00:02 relay1 dovecot: imap-login: Login: user=<ann>"u8.ToArray());
        lines[8].AsSpan().Fill((byte)'x');

        var summary = await ImportAsync(Write("junk.log", lines));

        Assert.Equal(0, summary.ExitCode);
        Assert.Equal(
            (1L, 1L, 1L, 1L, 1L, 1L),
            (
                summary[LineOutcome.Binary],
                summary[LineOutcome.NotThisFormat],
                summary[LineOutcome.TooLong],
                summary[LineOutcome.Empty],
                summary[LineOutcome.Broken],
                summary[LineOutcome.OtherProgram]));
        Assert.Contains(summary.Problems, problem => problem.EndsWith("junk.log:6: not of this format", StringComparison.Ordinal));
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Fact]
    public async Task A_file_that_is_no_mail_log_fails_by_name_and_the_others_are_read()
    {
        var other = Write("photo.log", [.. Enumerable.Range(0, 50).Select(byte[] (number) => [0, 1, 2, (byte)number, 0xFF, 0xFE, 0, 9])]);

        var summary = await ImportAsync(other, Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Equal($"{other}: none of its lines is from a postfix log", summary.Problems[0]);
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Fact]
    public async Task A_state_folder_that_takes_nothing_fails_it_by_name_after_all_was_sent()
    {
        var state = Path.Combine(_folder.FullName, "state");
        await File.WriteAllTextAsync(state, "no folder");

        var summary = await ImportAsync(Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains("unfinished-postfix.json: cannot be", summary.Problems[0], StringComparison.Ordinal);
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [SkippableFact]
    public async Task What_stands_before_the_end_of_a_cut_off_file_is_taken_and_the_place_is_told()
    {
        var lines = await File.ReadAllBytesAsync(Samples.PathOf("postfix.log"));
        var packed = Path.Combine(_folder.FullName, "mail.log.1");
        await File.WriteAllBytesAsync(packed, [.. Packed.Of("zstd", lines), .. Packed.Of("zstd", lines)[..^20]]);

        var summary = await ImportAsync(packed);

        Assert.Equal(1, summary.ExitCode);
        Assert.Matches($"^{packed}:[1-9][0-9]*: cannot be read any further: its zstd data is damaged or cut off here", summary.Problems[0]);
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Fact]
    public async Task A_missing_file_fails_and_the_others_are_read()
    {
        var summary = await ImportAsync(Path.Combine(_folder.FullName, "none.log"), Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains(summary.Problems, problem => problem.Contains("none.log: cannot be read", StringComparison.Ordinal));
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Fact]
    public async Task A_broken_archive_fails_after_what_could_be_read()
    {
        var whole = Compress(Samples.PathOf("postfix.log"));
        var broken = Path.Combine(_folder.FullName, "broken.gz");
        var bytes = File.ReadAllBytes(whole);
        bytes.AsSpan(bytes.Length / 2, 40).Fill(0xAA);
        File.WriteAllBytes(broken, bytes);

        var summary = await ImportAsync(broken, Samples.PathOf("postfix.log"));

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains(summary.Problems, problem => problem.Contains("broken.gz", StringComparison.Ordinal));
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("Dear diary, no mail today.\n")]
    public async Task A_file_that_is_no_mail_log_says_so(string text)
    {
        var path = Path.Combine(_folder.FullName, "diary.txt");
        await File.WriteAllTextAsync(path, text);

        var guessed = await ImportAsync(path);

        Assert.Equal(3, guessed.ExitCode);
        Assert.Contains("diary.txt", guessed.Problems.Single(), StringComparison.Ordinal);
    }

    private Task<ImportSummary> ImportAsync(params string[] files) =>
        RunAsync(
            new SendOptions { Url = _server.Url, Key = IngestDouble.Key, FirstDelay = TimeSpan.FromMilliseconds(1) },
            Path.Combine(_folder.FullName, "state"),
            false,
            files);

    private Task<ImportSummary> ImportWithAsync(string state, string file) =>
        RunAsync(new SendOptions { Url = _server.Url, Key = IngestDouble.Key }, state, false, file);

    private static Task<ImportSummary> RunAsync(SendOptions send, string state, bool incomplete, params string[] files) => new ImportRun(
        new ImportOptions { Files = files, Send = send, TimeZone = TimeZoneInfo.Utc, Year = 2026, StateFolder = state, SendIncomplete = incomplete },
        TimeProvider.System).RunAsync(CancellationToken.None);

    private string Write(string name, IEnumerable<byte[]> lines) => Samples.Write(_folder, name, lines);

    private string Compress(string path)
    {
        var compressed = Path.Combine(_folder.FullName, Path.GetFileName(path) + ".gz");
        using var source = File.OpenRead(path);
        using var stream = new GZipStream(File.Create(compressed), CompressionLevel.Fastest);
        source.CopyTo(stream);

        return compressed;
    }

    private static List<string> Distinct(IEnumerable<SubmittedEvent> events) =>
        [.. events.Select(item => item.ToString()).Distinct().Order(StringComparer.Ordinal)];

    private static void AssertSame(List<string> wanted, List<string> got, string where)
    {
        var missing = wanted.Except(got).ToList();
        var extra = got.Except(wanted).ToList();
        Assert.True(
            missing.Count + extra.Count == 0,
            new StringBuilder(where).AppendLine().AppendJoin('\n', missing.Take(2).Select(line =>
                "missing " + line)).AppendLine().AppendJoin('\n', extra.Take(2).Select(line => "extra " + line)).ToString());
    }
}
