using MailStats.Collector.Formats;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Tests.Mtas;

/// <summary>The log that a real server is writing.</summary>
internal static class RealLog
{
    public static List<Delivery> Read(string format, string log, LocalMail? local = null)
    {
        var reader = LogFormats.Create(format, new LogClock(TimeZoneInfo.Local, TimeProvider.System.GetUtcNow()), local: local);
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var lines = new Reading.LineReader(stream, grows: true);
        while (lines.TryRead(out var line, out _))
        {
            reader.Read(line);
        }

        return Ledger.Of(reader.Messages.Events());
    }

    /// <summary>Reads it again and again until it tells of so many recipients, each of whom was tried.</summary>
    public static async Task<List<Delivery>> UntilTriedAsync(string format, string log, int recipients)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var deliveries = Read(format, log);
        while (deliveries.Count < recipients || deliveries.Any(delivery => delivery.Attempts == 0))
        {
            await ticks.WaitForNextTickAsync(patience.Token);
            deliveries = Read(format, log);
        }

        return deliveries;
    }
}
