using System.Diagnostics;
using System.Globalization;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;

namespace MailStats.CollectorBench;

/// <summary>Reading and joining alone, against the report program that every Debian has for the same log, in one run.</summary>
internal static class Reading
{
    private const int Rounds = 3;

    public static async Task Compare(string format, FileInfo log, int megabytes, string[] peer)
    {
        using var enlarged = EnlargedLog.Of(format, log, megabytes, later: true);

        // Once to compile and to fill the page cache, then the measured readings.
        Read(format, log.FullName);
        var (lines, events) = (0L, 0L);
        var best = TimeSpan.MaxValue;
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            (lines, events) = Read(format, enlarged.Path);
            best = Min(best, watch.Elapsed);
        }

        // The processor's time of all rounds: one of them alone is too short for the system's ticks.
        self.Refresh();
        var own = new Measured(best, (self.TotalProcessorTime - before) / Rounds);
        own.Tell("collector", lines);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events, peak {Measured.PeakMegabytes(Environment.ProcessId):N0} MB"));
        if (peer.Length > 0)
        {
            var other = await Measured.OfPeerAsync(peer, enlarged.Path);
            other.Tell(Path.GetFileName(peer[0]), enlarged.Lines);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"ratio {other.Clock / own.Clock:N2} by the clock, {other.Processor / own.Processor:N2} by processor time"));
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static (long Lines, long Events) Read(string name, string path)
    {
        var events = 0L;
        var format = LogFormats.Create(name, new LogClock(TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), 2026));
        using var stream = new LogFile(path).Open(out _);
        var reader = new LineReader(stream);
        while (reader.TryRead(out var line, out _))
        {
            format.Read(line);
            if (format.Messages.Ready.Count >= 2_000)
            {
                events += format.Messages.Ready.Count;
                format.Messages.Ready.Clear();
            }
        }

        return (reader.LineNumber, events + format.Messages.Ready.Count);
    }
}
