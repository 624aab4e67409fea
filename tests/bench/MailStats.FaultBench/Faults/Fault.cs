namespace MailStats.FaultBench.Faults;

/// <summary>What goes wrong while mail is sent.</summary>
/// <param name="Name">Names it on the command line.</param>
/// <param name="What">In a sentence.</param>
/// <param name="StrikeAsync">Called when a third of the traffic's time has passed; leaves everything running again.</param>
/// <param name="BrokerNodes">How large a broker it wants.</param>
/// <param name="ErrorQueue">The error queue in which it leaves messages, null when it must leave none.</param>
internal sealed record Fault(
    string Name,
    string What,
    Func<Pipeline, CancellationToken, Task> StrikeAsync,
    int BrokerNodes = 1,
    string? ErrorQueue = null)
{
    /// <summary>True when nothing was restarted, so that processor times can be compared.</summary>
    public bool KeepsProcesses { get; init; }

    /// <summary>True when it can be done to SQLite alone.</summary>
    public bool OfSqlite { get; init; }
}
