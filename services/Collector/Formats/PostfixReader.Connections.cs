using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The servers that mail goes to, and how they were reached.</summary>
internal sealed partial class PostfixReader
{
    public IEnumerable<ConnectionState> Connections() => _connections.Kept();

    public void Restore(IEnumerable<ConnectionState> connections)
    {
        foreach (var kept in connections)
        {
            _connections.Restore(messages.HostNamed(kept.Host), kept);
        }
    }

    /// <summary>
    /// <c>Untrusted TLS connection established to mx.example.net[198.51.100.7]:25: TLSv1.3 with cipher …</c>, with
    /// <c>smtp_tls_loglevel = 1</c>; <c>Cannot start TLS: handshake failure</c> before Postfix goes on without.
    /// </summary>
    private void ReadConnection(in SyslogLine cut, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Cannot start TLS: "u8))
        {
            _connections.Close(messages.HostOf(cut.Host), cut.Process);
        }
        else if (text is [(byte)'U' or (byte)'T' or (byte)'V' or (byte)'A', ..] && text.IndexOf(" TLS connection "u8) is > 0 and < 12
            && text.IndexOf(" to "u8) is > 0 and var to && text[(to + 4)..].IndexOf(": "u8) is > 0 and var end)
        {
            var version = text[(to + 4 + end + 2)..];
            var blank = version.IndexOf((byte)' ');
            _connections.Open(messages.HostOf(cut.Host), cut.Process, text.Slice(to + 4, end), blank < 0 ? version : version[..blank], cut.Ticks);
        }
    }

    private string? RemoteHostOf(ReadOnlySpan<byte> relay)
    {
        if (relay.IsEmpty || relay.SequenceEqual("none"u8))
        {
            return null;
        }

        var bracket = relay.IndexOf((byte)'[');

        return _names.Of(bracket > 0 ? relay[..bracket] : relay);
    }

    /// <summary>The address of <c>mx.example.net[198.51.100.7]:25</c>.</summary>
    private string? RemoteAddressOf(ReadOnlySpan<byte> relay)
    {
        var open = relay.IndexOf((byte)'[');
        var close = relay.IndexOf((byte)']');

        return open >= 0 && close > open ? _names.Of(relay[(open + 1)..close]) : null;
    }
}
