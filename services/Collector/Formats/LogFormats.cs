using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The formats by name, and the guess from a log's first lines.</summary>
internal static class LogFormats
{
    public static readonly IReadOnlyList<string> Names =
    [
        "postfix", "exim", "opensmtpd", "kumomta", "postal", "stalwart", "powermta", "sendmail", "exchange", "haraka", "hmailserver", "mailenable",
    ];

    /// <summary>Any other log, as a file says: never guessed.</summary>
    public const string Mapped = "mapping";

    /// <summary>A reader of the format, whatever wrappings its lines have.</summary>
    public static LayeredFormat Create(
        string name, LogClock clock, int capacity = MessageTable.DefaultCapacity, LocalMail? local = null, LogMapping? mapping = null)
    {
        var format = CreateReader(name, clock, capacity, mapping);
        format.Messages.LocalMail = local ?? LocalMail.None;

        return new LayeredFormat(format);
    }

    private static ILogFormat CreateReader(string name, LogClock clock, int capacity, LogMapping? mapping) => name switch
    {
        Mapped when mapping is not null => new MappingReader(mapping, clock, new MessageTable(mapping.Name, capacity)),
        "postfix" => new PostfixReader(clock, new MessageTable(name, capacity) { LeftRemembered = PostfixReader.LeftRemembered }),
        "exim" => new EximReader(clock, new MessageTable(name, capacity)),
        "opensmtpd" => new OpenSmtpdReader(clock, new MessageTable(name, capacity) { LeftRemembered = OpenSmtpdReader.LeftRemembered }),
        "kumomta" => new KumoMtaReader(new MessageTable(name, capacity)),
        "postal" => new PostalReader(new MessageTable(name, capacity)),
        "powermta" => new PowerMtaReader(clock, new MessageTable(name, capacity)),
        "exchange" => new ExchangeReader(clock, new MessageTable(name, capacity)),
        "hmailserver" => new HMailServerReader(clock, new MessageTable(name, capacity)),
        "mailenable" => new MailEnableReader(clock, new MessageTable(name, capacity)),
        "haraka" => new HarakaReader(clock, new MessageTable(name, capacity)),
        "sendmail" => new SendmailReader(clock, new MessageTable(name, capacity)),
        "stalwart" => new StalwartReader(new MessageTable(name, capacity)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such format"),
    };

    /// <summary>The format that uses most of the lines; null when none uses any of them. To know a line is not enough: others' look alike.</summary>
    public static string? Guess(IReadOnlyList<byte[]> lines, DateTimeOffset now)
    {
        var best = (Name: (string?)null, Used: 0, Known: 0);
        foreach (var name in Names)
        {
            var format = Create(name, new LogClock(TimeZoneInfo.Utc, now));
            var outcomes = lines.Select(line => format.Read(line)).ToList();
            var used = outcomes.Count(outcome => outcome is LineOutcome.Used or LineOutcome.OwnMail);
            var known = outcomes.Count(outcome => outcome is LineOutcome.NoDelivery);
            if (used > 0 && (used, known).CompareTo((best.Used, best.Known)) > 0)
            {
                best = (name, used, known);
            }
        }

        return best.Name;
    }
}
