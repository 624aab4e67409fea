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
    private readonly Dictionary<string, (string Version, long At)> _tls = new(ByteKeys.Instance);

    // The same clients connect again and again.
    private readonly IpNames _addresses = new();
    private readonly NameCache _logins = new();

    public OpenSmtpdClient? ClientOf(ReadOnlySpan<byte> session) =>
        _clients.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(session, out var client) ? client : null;

    /// <summary>The version of TLS that the session speaks; null for none.</summary>
    public string? TlsOf(ReadOnlySpan<byte> session) =>
        _tls.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(session, out var tls) ? tls.Version : null;

    /// <summary>Sessions that go on, for the next reading. Their names never come again, so it does not matter whose host's they are.</summary>
    public IEnumerable<ConnectionState> Kept() =>
        _clients.OrderByDescending(client => client.Value.At).Take(IConnectedFormat.MaximumKept)
            .Select(client => new ConnectionState("", client.Key, client.Value.At)
            {
                IsClient = true, ClientAddress = client.Value.Address, Login = client.Value.Login,
            })
            .Concat(_tls.OrderByDescending(tls => tls.Value.At).Take(IConnectedFormat.MaximumKept)
                .Select(tls => new ConnectionState("", tls.Key, tls.Value.At) { TlsVersion = tls.Value.Version }));

    /// <summary>Puts back what <see cref="Kept"/> gave.</summary>
    public void Restore(IEnumerable<ConnectionState> sessions)
    {
        foreach (var kept in sessions)
        {
            var session = System.Text.Encoding.UTF8.GetBytes(kept.Name);
            if (kept.IsClient)
            {
                Set(_clients, session, new(kept.ClientAddress, kept.Login, kept.At));
            }
            else if (kept.TlsVersion is { } version)
            {
                Set(_tls, session, (version, kept.At));
            }
        }
    }

    public LineOutcome Read(ReadOnlySpan<byte> session, ReadOnlySpan<byte> rest, long at)
    {
        if (rest.StartsWith("smtp connected "u8))
        {
            if (!rest.StartsWith("smtp connected address=local"u8))
            {
                Set(_clients, session, new(_addresses.Of(After(rest, " address="u8)), null, at));
            }
        }
        else if (rest.StartsWith("smtp authentication user="u8) && rest.IndexOf(" result=ok"u8) > 0)
        {
            Set(_clients, session, new(ClientOf(session)?.Address, _logins.Of(After(rest, " user="u8)), at));
        }
        else if (rest.StartsWith("mta tls ciphers="u8) && TlsVersions.Of(rest["mta tls ciphers=".Length..][..Length(rest)]) is { } version)
        {
            Set(_tls, session, (version, at));
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

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        var at = rest.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        var value = rest[(at + name.Length)..];
        var end = value.IndexOf((byte)' ');

        return end < 0 ? value : value[..end];
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
/// <param name="At">UTC ticks of the line that told of it.</param>
internal sealed record OpenSmtpdClient(string? Address, string? Login, long At);
