namespace MailStats.Collector.Sending;

/// <summary>An event that Ingest did not take.</summary>
internal sealed record RefusedEvent(LinePlace Place, string? Field, string Error);

/// <summary>What became of a batch.</summary>
internal sealed record SendOutcome(long Accepted, long Repeated, IReadOnlyList<RefusedEvent> Refused, OldEvents? Old = null);

/// <summary>Ingest cannot be reached or does not want this key: nothing more can be sent.</summary>
internal sealed class SendException(string message, Exception? inner = null) : Exception(message, inner);
