using System.Collections.Concurrent;
using MailStats.Collector.Follow;
using MailStats.Collector.Sending;
using MailStats.Collector.State;
using MailStats.Contracts;
using Microsoft.Extensions.Logging;

namespace MailStats.Collector.Tests;

public sealed class FollowTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-follow-");
    private readonly List<byte[]> _lines = Samples.Lines("postfix.log");
    private readonly ConcurrentQueue<string> _told = [];
    private int _maximumMessages = 10_000;
    private string? _format = "postfix";
    private IngestDouble _server = null!;

    private string Log => Path.Combine(_folder.FullName, "mail.log");

    public async Task InitializeAsync() => _server = await IngestDouble.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Lines_written_while_it_runs_arrive_and_messages_span_restarts()
    {
        for (var part = 0; part < _lines.Count; part += 4)
        {
            Append(_lines.Skip(part).Take(4));
            await FollowAsync(() => Checkpoint() == new FileInfo(Log).Length);
        }

        AssertWhole();
    }

    [Fact]
    public async Task A_crash_repeats_lines_and_loses_none()
    {
        // Nothing is noted between the parts, as when the process is killed: every run begins where the first stopped.
        Append(_lines.Take(10));
        await FollowAsync(() => Checkpoint() == new FileInfo(Log).Length);
        var noted = File.ReadAllText(StatePath);
        for (var part = 10; part < _lines.Count; part += 7)
        {
            Append(_lines.Skip(part).Take(7));
            File.WriteAllText(StatePath, noted);
            await FollowAsync(() => Checkpoint() == new FileInfo(Log).Length);
        }

        AssertWhole();
    }

    [Fact]
    public async Task The_checkpoint_does_not_move_before_ingest_has_answered()
    {
        Append(_lines);
        var refusals = 0;
        _server.BeforeAnswer = () => refusals++ < 3 ? 503 : null;

        var moved = false;
        await FollowAsync(() =>
        {
            moved |= _server.Taken.IsEmpty && Checkpoint() > 0;

            return Checkpoint() == new FileInfo(Log).Length;
        });

        Assert.False(moved);
        Assert.True(refusals > 3);
        AssertWhole();
    }

    [Fact]
    public async Task With_collection_off_nothing_is_read_until_the_update_button()
    {
        _server.Settings = new CollectionSettings { Enabled = false };
        Append(_lines);
        var asked = 0;
        _server.OnPending = () => asked++;
        await FollowAsync(() => asked >= 4);
        Assert.Equal(0, _server.Requests);

        _server.Requested = "update-1";
        await FollowAsync(() => _server.Reports.Any(entry => entry.Report.State == CollectionState.Done));

        var (id, host, report) = _server.Reports.Last();
        Assert.Equal(("update-1", "mx-test", (long)_lines.Count, false), (id, host, report.Lines, report.Scheduled));
        Assert.Equal(_server.Taken.Count, report.Deliveries);
        Assert.Equal(CollectionState.Running, _server.Reports.First().Report.State);
        AssertWhole();
    }

    [Fact]
    public async Task An_update_that_cannot_read_the_log_is_reported_as_failed()
    {
        _server.Settings = new CollectionSettings { Enabled = false };
        _server.Requested = "update-1";

        await FollowAsync(() => _server.Reports.Any(entry => entry.Report.State == CollectionState.Failed));

        Assert.Contains("mail.log", _server.Reports.Last().Report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collection_by_the_hour_happens_at_once_when_one_was_missed_and_then_waits()
    {
        _server.Settings = new CollectionSettings { Continuous = false, IntervalHours = 6 };
        Append(_lines);

        await FollowAsync(() => _server.Reports.Any(entry => entry.Report.State == CollectionState.Done));
        Assert.True(_server.Reports.Last().Report.Scheduled);
        AssertWhole();

        var reports = _server.Reports.Count;
        var asked = 0;
        _server.OnPending = () => asked++;
        Append(_lines.Take(3));
        await FollowAsync(() => asked >= 4);
        Assert.Equal(reports, _server.Reports.Count);
    }

    [Theory]
    [InlineData(true, false, 1, 61, true)]
    [InlineData(true, false, 1, 59, false)]
    [InlineData(true, false, 24, 23 * 60, false)]
    [InlineData(true, false, 24, 24 * 60, true)]
    [InlineData(true, false, 1, -5, true)]
    [InlineData(true, true, 1, 61, false)]
    [InlineData(false, false, 1, 61, false)]
    public void It_is_due_by_the_settings(bool enabled, bool continuous, int hours, int minutesSince, bool due)
    {
        var settings = new CollectionSettings { Enabled = enabled, Continuous = continuous, IntervalHours = hours };

        Assert.Equal(due, CollectionPlan.IsDue(settings, Samples.Now.AddMinutes(-minutesSince).UtcTicks, Samples.Now));
    }

    [Fact]
    public async Task A_state_folder_that_takes_nothing_stops_neither_reading_nor_sending()
    {
        Append(_lines);
        Directory.CreateDirectory(StatePath + ".new");

        await FollowAsync(() => _server.Taken.Count >= 8);

        AssertWhole();
    }

    [SkippableFact]
    public async Task A_disk_that_is_full_stops_neither_and_is_told()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        Append(_lines);
        Directory.CreateDirectory(Path.GetDirectoryName(StatePath)!);
        File.CreateSymbolicLink(StatePath + ".new", "/dev/full");

        await FollowAsync(() => _server.Taken.Count >= 8 && _told.Any(text => text.Contains("follow.json: cannot be written", StringComparison.Ordinal)));

        AssertWhole();
        Assert.Equal(0, Checkpoint());
    }

    [Fact]
    public async Task Messages_that_are_given_up_are_told()
    {
        Append(
            Enumerable.Range(0, 200).Select(
                number => System.Text.Encoding.ASCII.GetBytes($"Mar  3 08:00:01 relay1 postfix/smtpd[1]: {number:X10}: client=web.shop.example[192.0.2.10]")));
        _maximumMessages = 50;

        await FollowAsync(() => Checkpoint() == new FileInfo(Log).Length);

        var known = FollowState.In(Path.GetDirectoryName(StatePath)!).Load()!.Logs[Log].Messages.Count;
        Assert.InRange(known, 1, 50);
        Assert.Contains(
            _told, text => text.Contains($"{200 - known} messages", StringComparison.Ordinal) && text.Contains("dropped", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[71834.500001] relay1 ", "journalctl -o short-monotonic writes them; write them with journalctl -o short-iso")]
    [InlineData("somebody's own words: ", "not a known mail log, or no delivery among its lines so far; --format gives its format")]
    public async Task A_log_whose_format_is_not_known_is_told(string before, string told)
    {
        _format = null;
        Append(Enumerable.Repeat(System.Text.Encoding.ASCII.GetBytes(before + "postfix/smtpd[1]: connect from web.shop.example[192.0.2.10]"), 300));

        await FollowAsync(() => _told.Any(text => text.Contains(told, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Junk_in_the_log_stops_nothing()
    {
        File.WriteAllBytes(Log, [0, 1, 2, 3, (byte)'\n', .. new byte[(1 << 20) + 77], (byte)'\n']);
        Append(_lines);

        await FollowAsync(() => Checkpoint() == new FileInfo(Log).Length);

        AssertWhole();
    }

    private string StatePath => Path.Combine(StateFolder.For(Path.Combine(_folder.FullName, "state"), _server.Url, IngestDouble.Key), "follow.json");

    private long Checkpoint() => FollowState.In(Path.GetDirectoryName(StatePath)!).Load()?.Logs.GetValueOrDefault(Log)?.Position?.Offset ?? 0;

    private void Append(IEnumerable<byte[]> lines)
    {
        using var stream = new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        foreach (var line in lines)
        {
            stream.Write([.. line, (byte)'\n']);
        }
    }

    private async Task FollowAsync(Func<bool> until)
    {
        using var run = new FollowRun(
            Options(_server.Url),
            TimeProvider.System,
            new Told(_told));
        using var stop = new CancellationTokenSource();
        var running = run.RunAsync(stop.Token);
        await Task.WhenAny(_server.UntilAsync(until), running);
        await stop.CancelAsync();
        await running;
        Assert.True(until());
    }

    [Fact]
    public async Task A_stop_while_the_server_has_not_answered_the_first_question_is_an_orderly_end()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var stop = new CancellationTokenSource();
        using var run = new FollowRun(Options(new Uri($"http://{silent.LocalEndpoint}")), TimeProvider.System, new Told(_told));
        var running = run.RunAsync(stop.Token);
        using var asked = await silent.AcceptTcpClientAsync();

        await stop.CancelAsync();

        await running;
    }

    private FollowOptions Options(Uri server) => new()
    {
        Files = [Log],
        Send = new SendOptions { Url = server, Key = IngestDouble.Key, Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) },
        Format = _format,
        TimeZone = TimeZoneInfo.Utc,
        StateFolder = Path.Combine(_folder.FullName, "state"),
        Host = "mx-test",
        Poll = TimeSpan.FromMilliseconds(5),
        SaveEvery = TimeSpan.Zero,
        SendPause = TimeSpan.FromMilliseconds(5),
        MaximumMessages = _maximumMessages,
    };

    private void AssertWhole()
    {
        var whole = Samples.ReaderOfToday("postfix");
        _lines.ForEach(line => whole.Read(line));
        Assert.Equal(Distinct(whole.Messages.Events()), Distinct(_server.Taken));
    }

    /// <summary>Remembers what is logged.</summary>
    private sealed class Told(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }

    private static List<string> Distinct(IEnumerable<SubmittedEvent> events) =>
        [.. events.Select(item => item.ToString()).Distinct().Order(StringComparer.Ordinal)];
}
