using System.Diagnostics;
using System.Globalization;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.CollectorBench;

/// <summary>Reading and joining alone, against the report program that every Debian has for the same log, in one run.</summary>
internal static class Reading
{
    public static async Task Compare(string format, FileInfo log, int megabytes, string[] peer)
    {
        using var enlarged = EnlargedLog.Of(format, log, megabytes, later: true);

        // Once to compile and to fill the page cache, then the measured readings.
        Read(format, log.FullName);
        var best = new Measured(TimeSpan.MaxValue, TimeSpan.MaxValue);
        using var self = Process.GetCurrentProcess();
        for (var round = 0; round < 3; round++)
        {
            self.Refresh();
            var before = self.TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            Read(format, enlarged.Path);
            self.Refresh();
            best = new Measured(Min(best.Clock, watch.Elapsed), Min(best.Processor, self.TotalProcessorTime - before));
        }

        best.Tell("collector", enlarged.Lines);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak {Measured.PeakMegabytes(Environment.ProcessId):N0} MB"));
        if (peer.Length > 0)
        {
            var other = await Measured.OfPeerAsync(peer, enlarged.Path);
            other.Tell(Path.GetFileName(peer[0]), enlarged.Lines);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {other.Clock / best.Clock:N2} by the clock, {other.Processor / best.Processor:N2} by processor time"));
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static void Read(string name, string path)
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
    }
}
