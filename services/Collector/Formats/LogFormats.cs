using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The formats by name, and the guess from a log's first lines.</summary>
internal static class LogFormats
{
    public static readonly IReadOnlyList<string> Names = ["postfix", "exim"];

    public static ILogFormat Create(string name, LogClock clock, int capacity = MessageTable.DefaultCapacity) => name switch
    {
        "postfix" => new PostfixReader(clock, new MessageTable(name, capacity)),
        "exim" => new EximReader(clock, new MessageTable(name, capacity)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such format"),
    };

    /// <summary>The format that makes most of the lines; null when none makes anything of them.</summary>
    public static string? Guess(IReadOnlyList<byte[]> lines, DateTimeOffset now)
    {
        var best = (Name: (string?)null, Used: 0);
        foreach (var name in Names)
        {
            var format = Create(name, new LogClock(TimeZoneInfo.Utc, now));
            var used = lines.Count(line => format.Read(line) is LineOutcome.Used or LineOutcome.OwnMail or LineOutcome.NoDelivery);
            if (used > best.Used)
            {
                best = (name, used);
            }
        }

        return best.Name;
    }
}
