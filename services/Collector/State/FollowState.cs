using MailStats.Collector.Joining;
using MailStats.Collector.Tailing;
using MailStats.Contracts;

namespace MailStats.Collector.State;

/// <summary>
/// Where a restart goes on: positions and the messages that were being joined there belong together. Lines before the
/// positions have been taken by Ingest.
/// </summary>
internal sealed record FollowState
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>By the path that is followed.</summary>
    public Dictionary<string, LogState> Logs { get; init; } = [];

    /// <summary>As the server last said.</summary>
    public CollectionSettings Settings { get; init; } = new();

    /// <summary>UTC ticks of the last collection's end.</summary>
    public long CollectedAt { get; init; }

    public static StateFile<FollowState> In(string folder) => new(Path.Combine(folder, "follow.json"), StateJson.Default.FollowState);
}

/// <summary>One followed log.</summary>
internal sealed record LogState
{
    public string? Format { get; init; }

    public FilePosition? Position { get; init; }

    /// <summary>The line that named the log's columns; null for a format without.</summary>
    public string? Header { get; init; }

    /// <summary>UTC ticks of the last stamp read.</summary>
    public long ReadTo { get; init; }

    public IReadOnlyList<JoinedMessage> Messages { get; init; } = [];

    /// <summary>Hosts whose log shows who hands mail in, and their first lines; see <see cref="HostMessages"/>.</summary>
    public IReadOnlyList<HostState> Hosts { get; init; } = [];

    /// <summary>Connections that were open; null in a file of an older version.</summary>
    public IReadOnlyList<ConnectionState>? Connections { get; init; }
}
