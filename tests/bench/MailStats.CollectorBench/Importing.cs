using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.CollectorBench;

/// <summary>
/// A whole import by the real Collector into a real Standalone, until <c>/v1/overview</c> has every recipient, against the
/// report program reading the same log, in one run.
/// </summary>
internal static class Importing
{
    /// <summary>Round after round, so that what else the machine does meets both; the middle one counts.</summary>
    public static async Task CompareAsync(string format, FileInfo log, int megabytes, string[] peer, int rounds)
    {
        using var enlarged = EnlargedLog.Of(format, log, megabytes, later: false);
        var (warm, recipients) = (Recipients(format, log.FullName), Recipients(format, enlarged.Path));
        var ratios = new List<(double Clock, double Processor)>();

        for (var round = 0; round < rounds; round++)
        {
            var whole = await MeasureAsync(format, (log.FullName, warm), (enlarged.Path, recipients), enlarged.Lines);

            if (peer.Length > 0)
            {
                var other = await Measured.OfPeerAsync(peer, enlarged.Path);
                other.Tell(Path.GetFileName(peer[0]), enlarged.Lines);
                ratios.Add((other.Clock / whole.Clock, other.Processor / whole.Processor));
                Tell("ratio", ratios[^1]);
            }
        }

        if (ratios.Count > 1)
        {
            Tell("median of ratios", (Median(ratios.Select(ratio => ratio.Clock)), Median(ratios.Select(ratio => ratio.Processor))));
        }
    }

    private static async Task<Measured> MeasureAsync(string format, (string Path, long Recipients) small, (string Path, long Recipients) large, long lines)
    {
        using var data = new TemporaryFolder();
        await using var server = await ServiceProcess.StartAsync(
            "services/Standalone", null, ["--data", data.Path],
            [("Edge__RequestsPerSecond", "100000"), ("Edge__Burst", "100000"), ("ASPNETCORE_ENVIRONMENT", "Production")]);
        var key = (await File.ReadAllTextAsync(Path.Combine(data.Path, "admin.key"))).Trim();

        // Once with a small log, so that the programs are compiled and the tables exist.
        await ImportAsync(format, small.Path, server, key, data.Path);
        await WaitUntilShownAsync(server, key, small.Recipients);

        using var process = Process.GetProcessById(server.Id);
        var serverBefore = process.TotalProcessorTime;
        var childrenBefore = Measured.ChildrenTime();
        var watch = Stopwatch.StartNew();
        await ImportAsync(format, large.Path, server, key, data.Path);
        var collector = Measured.ChildrenTime() - childrenBefore;
        var taken = watch.Elapsed;
        await WaitUntilShownAsync(server, key, small.Recipients + large.Recipients);
        process.Refresh();
        var whole = new Measured(watch.Elapsed, collector + process.TotalProcessorTime - serverBefore);

        whole.Tell("import", lines);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"taken after {taken.TotalSeconds:N2} s; collector {collector.TotalSeconds:N2} s of processor; " +
            $"server's peak {Measured.PeakMegabytes(server.Id):N0} MB; {large.Recipients:N0} recipients"));
        await server.StopAsync();

        return whole;
    }

    private static void Tell(string name, (double Clock, double Processor) ratio) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name} {ratio.Clock:N2} by the clock, {ratio.Processor:N2} by processor time of all processes together"));

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();

        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    private static async Task ImportAsync(string format, string log, ServiceProcess server, string key, string folder)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Repository.Program("services/Collector"), "import", "--format", format, "--year", "2026", "--time-zone", "UTC",
                "--url", server.Address.ToString(), "--key", key,
                "--state", Path.Combine(folder, "state"), log,
            ])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(said);
        }
    }

    private static async Task WaitUntilShownAsync(ServiceProcess server, string key, long recipients)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var (last, since) = (-1L, Stopwatch.StartNew());
        do
        {
            var overview = await client.GetFromJsonAsync<JsonElement>(new Uri(server.Address, "/v1/overview?from=2026-09-01&to=2026-11-30"));
            if (overview.GetProperty("recipients").GetProperty("value").GetInt64() is var shown && shown >= recipients)
            {
                if (shown > recipients)
                {
                    throw new InvalidOperationException($"{shown} recipients are shown, and there are {recipients}");
                }

                return;
            }

            if (shown != last)
            {
                (last, since) = (shown, Stopwatch.StartNew());
            }
            else if (since.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException($"{shown} recipients are shown, no more come, and there are {recipients}");
            }
        }
        while (await ticks.WaitForNextTickAsync());
    }

    /// <summary>Recipients that count: neither local nor of the null sender, and refused by nobody at submission.</summary>
    private static long Recipients(string name, string path)
    {
        var format = LogFormats.Create(name, new LogClock(TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), 2026));
        var counted = new Dictionary<(string, string), bool>();
        using var stream = new LogFile(path).Open(out _);
        var reader = new LineReader(stream);
        while (reader.TryRead(out var line, out _))
        {
            format.Read(line);
            foreach (var item in format.Messages.Ready.Select(reported => reported.ToEvent()).Where(item => item.Event != "rejected"))
            {
                var recipient = (item.MessageKey!, item.Recipient!.ToUpperInvariant());
                counted[recipient] = counted.GetValueOrDefault(recipient, true) && item.Local is null && item.Sender is { Length: > 0 };
            }

            format.Messages.Ready.Clear();
        }

        return counted.Values.LongCount(counts => counts);
    }
}
