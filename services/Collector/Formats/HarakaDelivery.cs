using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>One of the deliveries that a message of Haraka's goes out in: to all recipients of a domain, or to one.</summary>
/// <param name="number">Its place among them, from 1.</param>
internal sealed class HarakaDelivery(int number)
{
    private bool _isSplit;

    /// <summary>Recipients that a line of the present attempt told of.</summary>
    public HashSet<string> Told { get; } = [];

    public string? TlsVersion { get; private set; }

    /// <summary>An attempt begins, or has ended.</summary>
    public bool Begin()
    {
        Told.Clear();
        TlsVersion = null;

        return true;
    }

    public bool Secure(string version)
    {
        TlsVersion = version;

        return true;
    }

    /// <summary>Its recipients without a final outcome.</summary>
    /// <param name="message">The message.</param>
    /// <param name="domain">Their domain, where the line says it.</param>
    /// <param name="count">How many it is about, where the line says it.</param>
    public List<string> OpenOf(JoinedMessage message, string? domain, int count)
    {
        var groups = message.Recipients!.GroupBy(DomainOf, StringComparer.OrdinalIgnoreCase).ToList();
        var group = number >= 1 && number <= groups.Count ? groups[number - 1].ToList() : [];
        var open = group.Where(IsOpen).ToList();

        // Where Haraka splits, the number is the recipient's, not the domain's.
        _isSplit |= group.Count == 0 || (domain is not null && (!domain.Equals(DomainOf(group[0]), StringComparison.OrdinalIgnoreCase) || count < open.Count));
        if (!_isSplit)
        {
            return open;
        }

        return number >= 1 && number <= message.Recipients!.Count && IsOpen(message.Recipients[number - 1]) ? [message.Recipients[number - 1]] : [];

        bool IsOpen(string recipient) => message.Ended?.Contains(recipient) != true;
    }

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
