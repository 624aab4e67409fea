using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The servers that mail goes to, and the clients that hand it in.</summary>
internal sealed partial class SendmailReader
{
    public IEnumerable<ConnectionState> Connections() => _connections.Kept().Concat(
        from entry in _logins.All().OrderByDescending(entry => entry.Value.At).Take(IConnectedFormat.MaximumKept)
        select new ConnectionState(entry.Key.Host.Name, entry.Key.Process, entry.Value.At)
        {
            IsClient = true, Peer = entry.Value.Relay, Login = entry.Value.Name,
        });

    public void Restore(IEnumerable<ConnectionState> connections)
    {
        foreach (var kept in connections)
        {
            if (kept is { IsClient: true, Peer: { } relay, Login: { } name })
            {
                _logins.Set((messages.HostNamed(kept.Host), kept.Name), new(relay, name, kept.At));
            }
            else
            {
                _connections.Restore(messages.HostNamed(kept.Host), kept);
            }
        }
    }

    /// <summary>
    /// <c>STARTTLS=client, relay=mx.example.net., version=TLSv1.3, …</c> before the deliveries to that server, <c>AUTH=server,
    /// relay=app.shop.example [192.0.2.10], authid=ann, mech=PLAIN, …</c> before the messages of that client; with or without a queue id.
    /// </summary>
    private LineOutcome ReadConnection(in SyslogLine cut, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("STARTTLS=client, "u8))
        {
            _connections.Open(messages.HostOf(cut.Host), cut.Process, Field(text, ", relay="u8), Field(text, ", version="u8), cut.Ticks);
        }
        else if (text.StartsWith("AUTH=server, "u8) && Field(text, ", authid="u8) is { IsEmpty: false } name)
        {
            var relay = LineText.Of(Field(text, ", relay="u8));
            _logins.Set((messages.HostOf(cut.Host), LineText.Of(cut.Process)), new(relay, LineText.Of(name), cut.Ticks));
        }

        return LineOutcome.NoDelivery;
    }

    private readonly record struct SignedIn(string Relay, string Name, long At);
}
