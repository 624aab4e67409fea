using System.Diagnostics;
using System.Globalization;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

// Reading and joining alone, against the report program that every Debian has for the same log, in one run:
//   dotnet run -c Release --project tests/bench/MailStats.CollectorBench -- postfix LOG 500 [pflogsumm]
//   dotnet run -c Release --project tests/bench/MailStats.CollectorBench -- exim LOG 500 [eximstats]
// LOG is repeated until it has the given number of megabytes.
if (args.Length < 3)
{
    Console.Error.WriteLine("postfix|exim LOG MEGABYTES [PEER [ARGUMENT…]]");
    return 2;
}

var enlarged = Path.Combine(Path.GetTempPath(), $"mailstats-bench-{Environment.ProcessId}.log");
try
{
    var source = File.ReadAllBytes(args[1]);
    using (var file = File.Create(enlarged))
    {
        for (var size = 0L; size < int.Parse(args[2], CultureInfo.InvariantCulture) * 1_000_000L; size += source.Length)
        {
            file.Write(source);
        }
    }

    // Once to compile and to fill the page cache, then the measured readings.
    Read(args[0], args[1]);
    var best = double.MaxValue;
    var bestWork = double.MaxValue;
    var lines = 0L;
    using var self = Process.GetCurrentProcess();
    for (var round = 0; round < 3; round++)
    {
        var watch = Stopwatch.StartNew();
        self.Refresh();
        var before = self.TotalProcessorTime;
        lines = Read(args[0], enlarged);
        self.Refresh();
        best = Math.Min(best, watch.Elapsed.TotalSeconds);
        bestWork = Math.Min(bestWork, (self.TotalProcessorTime - before).TotalSeconds);
    }

    Tell("collector", best, bestWork);
    Console.WriteLine($"peak {PeakMegabytes():N0} MB");
    if (args.Length > 3)
    {
        var watch = Stopwatch.StartNew();
        using var peer = Process.Start(new ProcessStartInfo(args[3], [.. args[4..], enlarged]) { RedirectStandardOutput = true })!;
        await peer.StandardOutput.ReadToEndAsync();
        await peer.WaitForExitAsync();
        var work = ChildrenSeconds();
        Tell(Path.GetFileName(args[^1] is var last && args.Length > 4 ? last : args[3]), watch.Elapsed.TotalSeconds, work);
        Console.WriteLine($"ratio {watch.Elapsed.TotalSeconds / best:N1} by the clock, {work / bestWork:N1} by processor time (which counts on a busy machine)");
    }

    void Tell(string name, double seconds, double processor) => Console.WriteLine(
        $"{name,-10} {lines:N0} lines: {seconds:N2} s = {lines / seconds:N0} lines/s; {processor:N2} s of processor = {lines / processor:N0} lines/s");
}
finally
{
    File.Delete(enlarged);
}

return 0;

static long Read(string name, string path)
{
    var format = LogFormats.Create(name, new LogClock(TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), 2026));
    using var stream = new LogFile(path).Open(out _);
    var reader = new LineReader(stream);
    while (reader.TryRead(out var line, out _))
    {
        format.Read(line);
        if (format.Messages.Ready.Count >= 2_000)
        {
            format.Messages.Ready.Clear();
        }
    }

    return reader.LineNumber;
}

// Processor time of the processes that were started and have ended: fields 16 and 17 of /proc/self/stat (proc(5)), in ticks of 10 ms.
static double ChildrenSeconds()
{
    var stat = File.ReadAllText("/proc/self/stat");
    var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

    return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
}

static double PeakMegabytes()
{
    var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));

    return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000.0;
}
