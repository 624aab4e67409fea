using MailStats.Collector.Sending;

namespace MailStats.Collector.Import;

/// <summary>What <c>import</c> was asked to do.</summary>
internal sealed record ImportOptions
{
    public required IReadOnlyList<string> Files { get; init; }

    public required SendOptions Send { get; init; }

    /// <summary>Null: guessed from the first lines.</summary>
    public string? Format { get; init; }

    /// <summary>Year of the oldest log's first stamp, where stamps have none. Null: the latest that is past.</summary>
    public int? Year { get; init; }

    /// <summary>Zone of stamps that have none.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Folder for what waits for another piece of the log.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Send attempts of messages whose beginning is not in these logs, instead of keeping them.</summary>
    public bool SendIncomplete { get; init; }
}
