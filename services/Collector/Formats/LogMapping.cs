using MailStats.Contracts;

namespace MailStats.Collector.Formats;

/// <summary>How a log that no reader knows is read, see <see cref="MappingFile"/>.</summary>
internal sealed record LogMapping
{
    /// <summary>The events' source.</summary>
    public required string Name { get; init; }

    /// <summary>True for a JSON object a line, false for columns.</summary>
    public required bool IsJson { get; init; }

    public required char Separator { get; init; }

    /// <summary>What a line begins with that is no record; null for none.</summary>
    public required string? Comment { get; init; }

    /// <summary>Null: a line of the log names them.</summary>
    public required IReadOnlyList<string>? Columns { get; init; }

    public required MappedTime Time { get; init; }

    /// <summary>What stands between several recipients; null where there is one.</summary>
    public required string? RecipientSeparator { get; init; }

    /// <summary>By field of an event: the columns or JSON paths that hold it.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; }

    /// <summary>By field of an event: what holds for every line.</summary>
    public required IReadOnlyDictionary<string, string> Fixed { get; init; }

    public required IReadOnlyList<MappedEvent> Events { get; init; }

    /// <summary>What a value stands for; null where the mapping does not name it.</summary>
    public DeliveryEventKind? KindOf(string value) =>
        (Events.FirstOrDefault(item => item.Is(value)) ?? Events.FirstOrDefault(item => item.Begins(value)))?.Kind;
}

/// <param name="Pattern">A value, or the beginning of one before an asterisk.</param>
/// <param name="Kind">What it stands for; unknown for what is passed over.</param>
internal sealed record MappedEvent(string Pattern, DeliveryEventKind Kind)
{
    public bool Is(string value) => value.Equals(Pattern, StringComparison.OrdinalIgnoreCase);

    public bool Begins(string value) => Pattern.EndsWith('*') && value.StartsWith(Pattern[..^1], StringComparison.OrdinalIgnoreCase);
}
