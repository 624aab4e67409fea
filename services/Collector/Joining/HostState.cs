namespace MailStats.Collector.Joining;

/// <summary>What a restart has to know of a host, see <see cref="HostMessages"/>.</summary>
internal sealed record HostState(string Name, long FirstLineAt, bool LogsSubmissions);
