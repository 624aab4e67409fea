using MailStats.Mail.Addresses;

namespace MailStats.Collector.Joining;

/// <summary>
/// What the operator says of mail that stays within the own servers: the domains whose mail is delivered there, the relays
/// that take it in, and the relays that look like a mailbox server and are not. Mail to them is local: shown, never
/// counted, never charged to a quota.
/// </summary>
internal sealed class LocalMail(IEnumerable<string> domains, IEnumerable<string> relays, IEnumerable<string> outgoingRelays)
{
    public static readonly LocalMail None = new([], [], []);

    private readonly HashSet<string> _domains = new(domains.Select(DomainName.Fold), StringComparer.Ordinal);
    private readonly HashSet<string> _relays = new(relays, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _outgoing = new(outgoingRelays, StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _domains.Count + _relays.Count + _outgoing.Count == 0;

    /// <summary>True where a log's reader has to look at the relay.</summary>
    public bool KnowsRelays => _relays.Count > 0;

    /// <summary>True for a recipient of an own domain, or of a domain below one that is written with a dot before it.</summary>
    public bool IsOwn(string recipient)
    {
        if (_domains.Count == 0)
        {
            return false;
        }

        var domain = DomainName.Fold(EmailAddress.DomainOf(recipient).ToString());
        if (_domains.Contains(domain))
        {
            return true;
        }

        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_domains.Contains(domain[dot..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a relay that takes mail into the own servers, by name or address.</summary>
    public bool IsOwnRelay(string? name, string? address) =>
        _relays.Count > 0 && ((name is not null && _relays.Contains(name)) || (address is not null && _relays.Contains(address)));

    /// <summary>
    /// True where LMTP to the relay is delivery into a mailbox, which is what LMTP is for (RFC 2033 §1), unless the operator
    /// named it as the way out.
    /// </summary>
    public bool TakesLmtp(string? name, string? address) =>
        _outgoing.Count == 0
        || ((name is not null || address is not null)
            && !(name is not null && _outgoing.Contains(name)) && !(address is not null && _outgoing.Contains(address)));
}
