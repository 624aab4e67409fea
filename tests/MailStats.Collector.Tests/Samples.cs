using MailStats.Collector.Formats;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Small logs of our own making, always there.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);

    public static List<byte[]> Lines(string name) => LineSplitting.LinesOf(File.ReadAllBytes(PathOf(name)));

    /// <summary>Writes a log.</summary>
    /// <returns>Its path.</returns>
    public static string Write(DirectoryInfo folder, string name, IEnumerable<byte[]> lines)
    {
        var path = Path.Combine(folder.FullName, name);
        using var stream = File.Create(path);
        foreach (var line in lines)
        {
            stream.Write(line);
            stream.WriteByte((byte)'\n');
        }

        return path;
    }

    public static ILogFormat Reader(string format, string zone = "UTC", int? year = null) =>
        LogFormats.Create(format, new LogClock(TimeZoneInfo.FindSystemTimeZoneById(zone), Now, year));

    /// <summary>Dates stamps without year as the programs do today.</summary>
    public static ILogFormat ReaderOfToday(string format) => LogFormats.Create(format, new LogClock(TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow()));

    /// <summary>All that is ready, as it would be sent.</summary>
    public static List<SubmittedEvent> Events(this MessageTable messages) => [.. messages.Ready.Select(reported => reported.ToEvent())];

    public static List<SubmittedEvent> Read(string format, params string[] lines)
    {
        var reader = Reader(format);
        foreach (var line in lines)
        {
            reader.Read(System.Text.Encoding.UTF8.GetBytes(line));
        }

        return reader.Messages.Events();
    }
}
