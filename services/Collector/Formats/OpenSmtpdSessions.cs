using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// What OpenSMTPD says of a connection in lines of its own, by session: <c>smtp connected address=192.0.2.10 host=…</c> and
/// <c>smtp authentication user=ann result=ok</c> of a client, <c>mta tls ciphers=TLSv1.3:…</c> of a server.
/// </summary>
internal sealed class OpenSmtpdSessions
{
    /// <summary>Sessions at once of either kind. They end with a line of their own; of those that do not, all are forgotten when there are more.</summary>
    public const int MaximumSessions = 10_000;

    /// <summary>Sessions of others than this host itself. The server hands in its own bounce messages in sessions of its own.</summary>
    private readonly Dictionary<string, OpenSmtpdClient> _clients = new(ByteKeys.Instance);
    private readonly Dictionary<string, string> _tls = new(ByteKeys.Instance);

    public OpenSmtpdClient? ClientOf(ReadOnlySpan<byte> session) =>
        _clients.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(session, out var client) ? client : null;

    /// <summary>The version of TLS that the session speaks; null for none.</summary>
    public string? TlsOf(ReadOnlySpan<byte> session) =>
        _tls.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(session, out var version) ? version : null;

    public LineOutcome Read(ReadOnlySpan<byte> session, ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("smtp connected "u8))
        {
            if (!rest.StartsWith("smtp connected address=local"u8))
            {
                Set(_clients, session, new(IpNames.Read(After(rest, " address="u8)), null));
            }
        }
        else if (rest.StartsWith("smtp authentication user="u8) && rest.IndexOf(" result=ok"u8) > 0)
        {
            Set(_clients, session, new(ClientOf(session)?.Address, After(rest, " user="u8)));
        }
        else if (rest.StartsWith("mta tls ciphers="u8) && TlsVersions.Of(rest["mta tls ciphers=".Length..][..Length(rest)]) is { } version)
        {
            Set(_tls, session, version);
        }
        else if (rest.StartsWith("smtp disconnected"u8))
        {
            _clients.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(session);
        }
        else if (rest.StartsWith("mta disconnected"u8))
        {
            _tls.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(session);
        }

        return LineOutcome.NoDelivery;
    }

    private static int Length(ReadOnlySpan<byte> rest)
    {
        var version = rest["mta tls ciphers=".Length..];
        var colon = version.IndexOf((byte)':');

        return colon < 0 ? version.Length : colon;
    }

    private static string? After(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        var at = rest.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        var value = rest[(at + name.Length)..];
        var end = value.IndexOf((byte)' ');

        return LineText.Of(end < 0 ? value : value[..end]);
    }

    private static void Set<T>(Dictionary<string, T> sessions, ReadOnlySpan<byte> session, T value)
    {
        if (sessions.Count >= MaximumSessions)
        {
            sessions.Clear();
        }

        sessions[LineText.Of(session)] = value;
    }
}

/// <param name="Address">IP address that it came from.</param>
/// <param name="Login">The name under which it signed in; null where it did not.</param>
internal sealed record OpenSmtpdClient(string? Address, string? Login);
