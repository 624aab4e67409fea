using MailStats.Contracts;

namespace MailStats.Collector.Sending;

/// <summary>Where an event came from: the line that completed it.</summary>
internal readonly record struct LinePlace(string File, long Line)
{
    public override string ToString() => Line == 0 ? File : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}");
}

/// <summary>An event and the line that completed it.</summary>
internal readonly record struct PlacedEvent(SubmittedEvent Event, LinePlace Place);

/// <summary>Events that go to Ingest in one request.</summary>
internal sealed record EventBatch(IReadOnlyList<PlacedEvent> Events)
{
    public EventBatch Slice(int start, int count) => new([.. Events.Skip(start).Take(count)]);
}
