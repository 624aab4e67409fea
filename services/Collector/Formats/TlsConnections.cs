using System.Buffers.Text;
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

    private readonly RecentTable<long, (byte[] Server, string Version)> _latest = new(Capacity);
    private bool _any;

    public void Open(HostMessages host, ReadOnlySpan<byte> process, ReadOnlySpan<byte> server, ReadOnlySpan<byte> version)
    {
        if (TlsVersions.Of(version) is not { } name)
        {
            return;
        }

        var key = Key(host, process);
        _any = true;
        if (!_latest.TryGet(key, out var known) || known.Version != name || !server.SequenceEqual(known.Server))
        {
            _latest.Set(key, (server.ToArray(), name));
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
    public string? VersionOf(HostMessages host, ReadOnlySpan<byte> process, ReadOnlySpan<byte> server) =>
        _any && _latest.TryGet(Key(host, process), out var connection) && server.SequenceEqual(connection.Server) ? connection.Version : null;

    private static long Key(HostMessages host, ReadOnlySpan<byte> process) =>
        ((long)host.Number << 32) | (Utf8Parser.TryParse(process, out int number, out _) ? (uint)number : 0);
}
