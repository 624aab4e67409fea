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
    var lines = 0L;
    for (var round = 0; round < 3; round++)
    {
        var watch = Stopwatch.StartNew();
        lines = Read(args[0], enlarged);
        best = Math.Min(best, watch.Elapsed.TotalSeconds);
    }

    Console.WriteLine($"collector   {lines,12:N0} lines in {best,7:N2} s = {lines / best,12:N0} lines/s, peak {PeakMegabytes():N0} MB");
    if (args.Length > 3)
    {
        var watch = Stopwatch.StartNew();
        using var peer = Process.Start(new ProcessStartInfo(args[3], [.. args[4..], enlarged]) { RedirectStandardOutput = true })!;
        await peer.StandardOutput.ReadToEndAsync();
        await peer.WaitForExitAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine($"{Path.GetFileName(args[3]),-11} {lines,12:N0} lines in {seconds,7:N2} s = {lines / seconds,12:N0} lines/s");
        Console.WriteLine($"ratio       {seconds / best:N1}");
    }
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

static double PeakMegabytes()
{
    var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));

    return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000.0;
}
