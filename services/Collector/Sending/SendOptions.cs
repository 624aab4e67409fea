namespace MailStats.Collector.Sending;

/// <summary>How events travel to Ingest.</summary>
internal sealed record SendOptions
{
    /// <summary>The server, for example <c>http://localhost:8080</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>API key with the scope <c>ingest</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Items a request. Ingest takes up to 10,000 events, the deferrals that items carry among them.</summary>
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Whether bodies are gzipped; where null, unless the server is on this machine: there it costs more than it saves.</summary>
    public bool? Compress { get; init; }

    public bool Compresses => Compress ?? !Url.IsLoopback;

    /// <summary>Requests under way at once.</summary>
    public int Parallel { get; init; } = 6;

    /// <summary>Tries of one request after the first. With the delays below: about six minutes.</summary>
    public int Retries { get; init; } = 15;

    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for one try.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
