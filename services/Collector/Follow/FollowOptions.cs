using MailStats.Collector.Sending;

namespace MailStats.Collector.Follow;

/// <summary>What <c>follow</c> was asked to do.</summary>
internal sealed record FollowOptions
{
    public required IReadOnlyList<string> Files { get; init; }

    public required SendOptions Send { get; init; }

    public string? Format { get; init; }

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    public required string StateFolder { get; init; }

    /// <summary>Names this collector to the server.</summary>
    public required string Host { get; init; }

    /// <summary>Pause between two looks at a log's end.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages remembered of each log; beyond that the oldest are dropped.</summary>
    public int MaximumMessages { get; init; } = Joining.MessageTable.DefaultCapacity;

    /// <summary>At the latest after so long (longer where thousands of messages wait), what has arrived is noted in the state folder.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before sending is tried again after all retries have failed.</summary>
    public TimeSpan SendPause { get; init; } = TimeSpan.FromSeconds(30);
}
