using MailStats.Contracts;

namespace MailStats.Collector.Sending;

/// <summary>Where an event came from: the line that completed it.</summary>
internal readonly record struct LinePlace(string File, long Line)
{
    public override string ToString() => Line == 0 ? File : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}");
}

/// <summary>An event, with the deferrals before it that it carries, and the line that completed it.</summary>
internal readonly record struct PlacedEvent(SubmittedEvent Event, LinePlace Place)
{
    /// <summary>Itself and its deferrals.</summary>
    public int Count => 1 + (Event.Deferrals?.Count ?? 0);
}

/// <summary>Items that go to Ingest in one request.</summary>
internal sealed record EventBatch(IReadOnlyList<PlacedEvent> Events)
{
    /// <summary>Events of all items, the deferrals that they carry among them.</summary>
    public int EventCount => Events.Sum(item => item.Count);

    public EventBatch Slice(int start, int count) => new([.. Events.Skip(start).Take(count)]);
}
