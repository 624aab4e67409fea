using System.Net;
using System.Net.Sockets;

namespace MailStats.Policy.Postfix;

/// <summary>
/// Which sessions are open, and who has to go for a new one: within a peer's share the peer's own, else anybody's that has
/// been silent longest. So neither silent connections nor a peer that opens many of them keep an MTA from asking.
/// </summary>
internal sealed class OpenSessions(int most, int mostOfPeer)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PeerSessions> _peers = new(StringComparer.Ordinal);

    // Silent ones, longest first.
    private readonly LinkedList<OpenSession> _silent = [];
    private readonly HashSet<OpenSession> _all = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>
    /// Takes a place for a session. False when every place that it could have is held by one that waits for its answer.
    /// </summary>
    /// <param name="session">The new one.</param>
    /// <param name="replaced">The one that gave up its place and is to be closed.</param>
    public bool TryAdd(OpenSession session, out OpenSession? replaced)
    {
        lock (_lock)
        {
            var peer = _peers.TryGetValue(session.Peer, out var known) ? known : new();
            replaced = null;

            if (peer.Count >= mostOfPeer)
            {
                replaced = peer.Silent.First?.Value;
            }
            else if (_all.Count >= most)
            {
                replaced = _silent.First?.Value;
            }
            else
            {
                Add(session, peer);

                return true;
            }

            if (replaced is null)
            {
                return false;
            }

            // First in, then out: a peer of one session keeps its entry.
            Add(session, peer);
            Drop(replaced);

            return true;
        }
    }

    /// <summary>A question has come: until it is answered the session keeps its place.</summary>
    public void Asks(OpenSession session)
    {
        lock (_lock)
        {
            if (session.Places is var (all, ofPeer))
            {
                all.List?.Remove(all);
                ofPeer.List?.Remove(ofPeer);
                session.Places = null;
            }
        }
    }

    /// <summary>The question is answered: from now on it is silent.</summary>
    public void IsSilent(OpenSession session)
    {
        lock (_lock)
        {
            if (_all.Contains(session) && session.Places is null)
            {
                session.Places = (_silent.AddLast(session), _peers[session.Peer].Silent.AddLast(session));
            }
        }
    }

    public void Remove(OpenSession session)
    {
        lock (_lock)
        {
            Drop(session);
        }
    }

    /// <summary>Who counts as one. Networks of providers give a customer 64 bits of IPv6.</summary>
    public static string PeerOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
        {
            return remote is UnixDomainSocketEndPoint ? "unix" : "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private void Add(OpenSession session, PeerSessions peer)
    {
        _all.Add(session);
        _peers[session.Peer] = peer;
        peer.Count++;
        session.Places = (_silent.AddLast(session), peer.Silent.AddLast(session));
    }

    private void Drop(OpenSession session)
    {
        if (!_all.Remove(session))
        {
            return;
        }

        Asks(session);
        var peer = _peers[session.Peer];

        if (--peer.Count == 0)
        {
            _peers.Remove(session.Peer);
        }
    }

    private sealed class PeerSessions
    {
        public LinkedList<OpenSession> Silent { get; } = [];

        public int Count { get; set; }
    }
}

/// <summary>One connection of an MTA, as its neighbours see it.</summary>
/// <param name="peer">Whose it is (<see cref="OpenSessions.PeerOf"/>).</param>
/// <param name="close">Cuts the connection.</param>
internal sealed class OpenSession(string peer, Action close)
{
    public string Peer => peer;

    /// <summary>Among all that are silent, and among the peer's; null while it waits for an answer. Guarded by <see cref="OpenSessions"/>.</summary>
    public (LinkedListNode<OpenSession> OfAll, LinkedListNode<OpenSession> OfPeer)? Places { get; set; }

    public void Close() => close();
}
