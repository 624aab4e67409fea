using System.Buffers.Text;
using System.Text;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// The connection that each of a server's client processes has open, where the log tells its TLS in a line before the
/// deliveries: same process, same server, same connection.
/// </summary>
internal sealed class TlsConnections
{
    /// <summary>Processes, the latest ones: Postfix has 100 clients by default, and hosts may share a log.</summary>
    public const int Capacity = 4_096;

    /// <summary>Postfix goes on using a connection for 5 minutes; a large message takes its time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Lines of one process are never further out of order.</summary>
    private static readonly long Disorder = TimeSpan.FromMinutes(1).Ticks;

    private readonly RecentTable<long, Connection> _latest = new(Capacity);
    private bool _any;

    /// <param name="host">Whose log it is.</param>
    /// <param name="process">The client process.</param>
    /// <param name="server">As the delivery's line names it.</param>
    /// <param name="version">As the log names it; what is no version of TLS is passed over.</param>
    /// <param name="at">UTC ticks of the line.</param>
    public void Open(HostMessages host, ReadOnlySpan<byte> process, ReadOnlySpan<byte> server, ReadOnlySpan<byte> version, long at)
    {
        if (TlsVersions.Of(version) is not { } name)
        {
            return;
        }

        var key = Key(host, process);
        _any = true;
        if (_latest.TryGet(key, out var known) && known.Version == name && server.SequenceEqual(known.Server))
        {
            known.At = at;
        }
        else
        {
            _latest.Set(key, new Connection(host, server.ToArray(), name) { At = at });
        }
    }

    /// <summary>The process goes on without TLS.</summary>
    public void Close(HostMessages host, ReadOnlySpan<byte> process)
    {
        if (_any)
        {
            _latest.Remove(Key(host, process));
        }
    }

    /// <summary>The version of TLS between the process and the server; null where the log told of none.</summary>
    public string? VersionOf(HostMessages host, ReadOnlySpan<byte> process, ReadOnlySpan<byte> server, long at) =>
        _any && _latest.TryGet(Key(host, process), out var connection)
            && at >= connection.At - Disorder && at <= connection.At + Longest.Ticks && server.SequenceEqual(connection.Server)
            ? connection.Version
            : null;

    /// <summary>The latest connections, for the next reading.</summary>
    public IEnumerable<ConnectionState> Kept() =>
        from entry in _latest.All().OrderByDescending(entry => entry.Value.At).Take(IConnectedFormat.MaximumKept)
        let process = ((uint)entry.Key).ToString(System.Globalization.CultureInfo.InvariantCulture)
        select new ConnectionState(entry.Value.Host.Name, process, entry.Value.At)
        {
            Peer = Encoding.Latin1.GetString(entry.Value.Server),
            TlsVersion = entry.Value.Version,
        };

    /// <summary>Puts back one of <see cref="Kept"/>.</summary>
    public void Restore(HostMessages host, ConnectionState kept) => Open(
        host, Encoding.Latin1.GetBytes(kept.Name), Encoding.Latin1.GetBytes(kept.Peer ?? ""), Encoding.Latin1.GetBytes(kept.TlsVersion ?? ""), kept.At);

    private static long Key(HostMessages host, ReadOnlySpan<byte> process) =>
        ((long)host.Number << 32) | (Utf8Parser.TryParse(process, out int number, out _) ? (uint)number : 0);

    private sealed class Connection(HostMessages host, byte[] server, string version)
    {
        public HostMessages Host { get; } = host;

        public byte[] Server { get; } = server;

        public string Version { get; } = version;

        public long At { get; set; }
    }
}
