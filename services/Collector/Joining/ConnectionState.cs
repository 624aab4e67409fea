namespace MailStats.Collector.Joining;

/// <summary>
/// What a log told of a connection before the lines about its mail: a restart, or an import of the next piece of the log, has
/// to know it.
/// </summary>
/// <param name="Host">The host whose log it is.</param>
/// <param name="Name">Process or session.</param>
/// <param name="At">UTC ticks of the line.</param>
internal sealed record ConnectionState(string Host, string Name, long At)
{
    /// <summary>The other side, where lines about mail name it too.</summary>
    public string? Peer { get; init; }

    public string? TlsVersion { get; init; }

    public string? ClientAddress { get; init; }

    public string? Login { get; init; }

    /// <summary>True for a client's connection, which hands mail in.</summary>
    public bool IsClient { get; init; }
}
