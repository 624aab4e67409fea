using System.Net;
using System.Net.Sockets;
using System.Text;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

public sealed class StandaloneTests
{
    [Fact]
    public async Task Events_that_come_twice_and_in_any_order_count_once()
    {
        await using var app = await StandaloneApp.StartAsync();
        var events = Some.Deliveries(0, 2_000);
        var backwards = Enumerable.Reverse(events).ToList();

        await app.Client.IngestAsync(events[1_000..]);
        await app.Client.IngestAsync(events[..1_000]);
        await app.Client.IngestAsync(backwards);
        await app.Client.IngestAsync([.. events, .. events[..100]]);

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(2_000), "the totals of 2,000 deliveries");
    }

    /// <summary>Acknowledged when it is applied, and acknowledged when it is in the journal.</summary>
    public static TheoryData<string> JournalAfter { get; } = ["00:00:01", "00:00:00"];

    [Theory]
    [MemberData(nameof(JournalAfter))]
    public async Task What_was_acknowledged_survives_kill_9_and_counts_once(string journalAfter)
    {
        const int request = 500;
        const int requests = 60;
        await using var app = await StandaloneApp.StartAsync(("Ingest__JournalAfter", journalAfter));

        // Two kills with batches still on their way through classifier and aggregator.
        for (var sent = 0; sent < requests; sent++)
        {
            await app.Client.IngestAsync(Some.Deliveries(sent * request, request));

            if (sent is 20 or 40)
            {
                await app.KillAndRestartAsync();
            }
        }

        await Eventually.IsAsync(
            () => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(requests * request), "the totals of everything acknowledged");
    }

    [Theory]
    [MemberData(nameof(JournalAfter))]
    public async Task Kill_9_in_the_middle_of_requests_loses_nothing_acknowledged(string journalAfter)
    {
        const int request = 200;
        const int requests = 100;
        await using var app = await StandaloneApp.StartAsync(("Ingest__JournalAfter", journalAfter));
        var acknowledged = 0;
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            for (var number = sender; number < requests; number += 4)
            {
                try
                {
                    using var answer = await app.Client.PostAsync(Some.Deliveries(number * request, request));

                    if (answer.StatusCode == HttpStatusCode.Accepted && Interlocked.Increment(ref acknowledged) == requests / 2)
                    {
                        half.TrySetResult();
                    }
                }
                catch (HttpRequestException)
                {
                    // Killed under this request: it may have been taken or not, and is sent again below.
                }
            }
        })).ToArray();

        await half.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await app.Process.KillAsync();
        await Task.WhenAll(senders);
        await app.RestartAsync();

        // At least what was acknowledged is there, with nothing sent again …
        var kept = await Eventually.IsAsync(
            () => app.Client.TotalsAsync(), totals => totals.Recipients >= (long)acknowledged * request, "everything acknowledged");
        Assert.Equal(0, kept.Recipients % request);

        // … and sending all of it again counts each delivery once.
        for (var number = 0; number < requests; number++)
        {
            await app.Client.IngestAsync(Some.Deliveries(number * request, request));
        }

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(requests * request), "the totals of everything");
    }

    [Fact]
    public async Task A_request_that_is_under_way_when_it_is_told_to_stop_is_answered_however_long_it_takes()
    {
        await using var app = await StandaloneApp.StartAsync();
        const string body =
            """{"event":"delivered","occurredAt":"2026-03-03T08:00:00Z","messageKey":"one","recipient":"ann@example.net","sender":"shop@example.org"}""";
        using var client = new TcpClient();
        await client.ConnectAsync(app.Process.Address.Host, app.Process.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + $"Authorization: Bearer {(await File.ReadAllTextAsync(app.KeyFile)).Trim()}\r\nContent-Length: {body.Length}\r\n\r\n{body[..20]}"));

        var stopped = app.Process.StopAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => stopped.WaitAsync(TimeSpan.FromSeconds(3)));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body[20..]));
        using var answer = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 202 Accepted", await answer.ReadLineAsync());
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task Nothing_is_written_to_the_home_folder()
    {
        using var home = new TemporaryFolder();
        await using var app = await StandaloneApp.StartAsync(("HOME", home.Path), ("DOTNET_CLI_HOME", home.Path));

        await app.Client.IngestAsync(Some.Deliveries(0, 1));
        Assert.Equal(0, await app.Process.StopAsync());

        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_first_start_makes_a_key_for_its_owner_alone_and_a_restart_keeps_it()
    {
        await using var app = await StandaloneApp.StartAsync();
        var key = (await File.ReadAllTextAsync(app.KeyFile)).Trim();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(app.KeyFile));
        }

        Assert.Contains($"{app.Process.Address}#key={key}", app.Process.Output, StringComparison.Ordinal);

        Assert.Equal(0, await app.Process.StopAsync());
        await app.RestartAsync();

        Assert.Equal(key, (await File.ReadAllTextAsync(app.KeyFile)).Trim());
        Assert.DoesNotContain(key, app.Process.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await app.Client.TotalsAsync()).Recipients);
    }
}
