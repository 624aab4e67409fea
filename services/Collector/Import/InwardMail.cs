using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Addresses;

namespace MailStats.Collector.Import;

/// <summary>
/// Notices when most of a log's mail seems to be strangers' on its way to the operator's own server: one relay takes it, from
/// many senders' domains to few recipients'. A way out is the other way round.
/// </summary>
internal sealed class InwardMail
{
    /// <summary>Below so many deliveries there is too little to say.</summary>
    private const int LeastDeliveries = 20;

    private const int LeastSenders = 10;

    /// <summary>Domains remembered of a relay, and relays.</summary>
    private const int MaximumNames = 1_000;

    private const int MaximumShown = 5;

    /// <summary>Providers whose many mailboxes many senders write to.</summary>
    private static readonly string[] Providers =
    [
        "google.com", "outlook.com", "yahoodns.net", "icloud.com", "gmx.net", "web.de", "orange.fr", "qq.com", "mail.ru", "yandex.ru",
    ];

    private readonly Dictionary<string, Relay> _relays = new(StringComparer.OrdinalIgnoreCase);
    private long _all;

    public void Add(Attempt attempt, JoinedMessage message)
    {
        if (attempt.Local || attempt.Kind != DeliveryEventKind.Delivered || string.IsNullOrEmpty(message.Sender))
        {
            return;
        }

        _all++;
        if (attempt.RemoteHost is not { } host)
        {
            return;
        }

        if (!_relays.TryGetValue(host, out var relay))
        {
            if (_relays.Count >= MaximumNames)
            {
                return;
            }

            _relays.Add(host, relay = new Relay());
        }

        relay.Deliveries++;
        AddDomain(relay.Senders, message.Sender);
        AddDomain(relay.Recipients, attempt.Recipient);
    }

    /// <summary>What to tell the operator; null where nothing is to be told.</summary>
    public string? Hint()
    {
        if (_all < LeastDeliveries || _relays.Count == 0)
        {
            return null;
        }

        var (host, relay) = _relays.MaxBy(entry => entry.Value.Deliveries);
        if (relay.Deliveries * 2 <= _all || relay.Senders.Count < LeastSenders || relay.Recipients.Count * 3 > relay.Senders.Count
            || Array.Exists(Providers, provider => host.EndsWith(provider, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var domains = string.Join(',', relay.Recipients.Order(StringComparer.Ordinal).Take(MaximumShown));

        return $"{relay.Deliveries:N0} of {_all:N0} deliveries went to {host}, from {relay.Senders.Count:N0} senders' domains. If that is your own server, "
            + $"they are incoming mail: --local-relays {host}, or --local-domains {domains}{(relay.Recipients.Count > MaximumShown ? ",…" : "")} "
            + "keeps them apart and uncounted";
    }

    private static void AddDomain(HashSet<string> domains, string address)
    {
        var domain = EmailAddress.DomainOf(address);
        if (domains.Count < MaximumNames)
        {
            domains.GetAlternateLookup<ReadOnlySpan<char>>().Add(domain);
        }
    }

    private sealed class Relay
    {
        public long Deliveries { get; set; }

        public HashSet<string> Senders { get; } = new(StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Recipients { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
