using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>A format whose logs tell of a connection in lines of their own, which come before those about its mail.</summary>
internal interface IConnectedFormat : ILogFormat
{
    /// <summary>Connections that are kept for the next reading, of each kind: those that were opened last.</summary>
    const int MaximumKept = 500;

    /// <summary>Those that later lines may be about.</summary>
    IEnumerable<ConnectionState> Connections();

    /// <summary>Puts back what an earlier reading knew.</summary>
    void Restore(IEnumerable<ConnectionState> connections);
}
