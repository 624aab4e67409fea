using MailStats.Contracts;

namespace MailStats.Collector.Sending;

/// <summary>Where an event came from: the line that completed it.</summary>
internal readonly record struct LinePlace(string File, long Line)
{
    public override string ToString() => Line == 0 ? File : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}");
}

/// <summary>Events that go to Ingest in one request, each with its place.</summary>
internal sealed record EventBatch(IReadOnlyList<SubmittedEvent> Events, IReadOnlyList<LinePlace> Places)
{
    public EventBatch Slice(int start, int count) => new([.. Events.Skip(start).Take(count)], [.. Places.Skip(start).Take(count)]);
}
