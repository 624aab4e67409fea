using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MailStats.Pipeline.Tests.Telemetry;

/// <summary>
/// A process sends nothing unless a setting names a receiver (docs/telemetry.md). Every connection and datagram of a real
/// Standalone is watched, for ten seconds or <c>MAILSTATS_WATCH_SECONDS</c>: MassTransit reported to its makers after five
/// minutes, so 360 shows that as well.
/// </summary>
public sealed partial class NothingLeavesTests
{
    private const int DefaultSeconds = 10;

    [SkippableFact]
    public async Task Standalone_asks_no_name_and_connects_to_nobody()
    {
        Skip.IfNot(File.Exists("/usr/bin/strace"), "strace is not installed");
        using var folder = new TemporaryFolder();

        var calls = await WatchAsync(folder.Path, TimeSpan.FromSeconds(Seconds));

        Assert.Empty(calls);
    }

    [SkippableFact]
    public async Task Who_names_a_receiver_is_seen_by_the_same_watch()
    {
        Skip.IfNot(File.Exists("/usr/bin/strace"), "strace is not installed");
        using var folder = new TemporaryFolder();

        var calls = await WatchAsync(
            folder.Path, TimeSpan.FromMinutes(2), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://192.0.2.1:4317"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"));

        Assert.Contains(calls, call => call.Contains("192.0.2.1", StringComparison.Ordinal));
    }

    private static int Seconds =>
        int.TryParse(Environment.GetEnvironmentVariable("MAILSTATS_WATCH_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : DefaultSeconds;

    /// <summary>What went out, or would have, until something did or the time was over.</summary>
    private static async Task<IReadOnlyList<string>> WatchAsync(string folder, TimeSpan watched, params (string Name, string Value)[] settings)
    {
        var trace = Path.Combine(folder, "calls");
        var start = new ProcessStartInfo("/usr/bin/strace",
        [
            "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", trace,
            "dotnet", Repository.Program("services/Standalone"), "--urls", "http://127.0.0.1:0", "--data", Path.Combine(folder, "data"),
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Application started", StringComparison.Ordinal) == true)
            {
                listens.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        try
        {
            await listens.Task.WaitAsync(TimeSpan.FromMinutes(2));
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            var since = Stopwatch.GetTimestamp();
            var calls = Outgoing(trace);

            while (calls.Count == 0 && Stopwatch.GetElapsedTime(since) < watched && await ticks.WaitForNextTickAsync())
            {
                calls = Outgoing(trace);
            }

            return calls;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    // To the network, or to whoever answers for names on this machine.
    private static List<string> Outgoing(string trace)
    {
        using var reader = new StreamReader(new FileStream(trace, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));

        return [.. reader.ReadToEnd().Split('\n').Where(call => Elsewhere().IsMatch(call) || Name().IsMatch(call))];
    }

    [GeneratedRegex("""sin_addr=inet_addr\("(?!127\.)|inet_pton\(AF_INET6, "(?!::1"|::ffff:127\.)""")]
    private static partial Regex Elsewhere();

    [GeneratedRegex("""sin6?_port=htons\(53\)|nscd/socket|systemd/resolve""")]
    private static partial Regex Name();
}
