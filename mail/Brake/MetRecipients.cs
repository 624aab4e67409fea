using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.Mail.Brake;

/// <summary>
/// Whom a mailbox wrote to, and when first: tells strangers from those it knows. The same in whatever order it is told. Nothing of it is
/// stored: it is read from deliveries for the few mailboxes that are about to be stopped.
/// </summary>
/// <param name="domain">The mailbox's domain: who is at the same is a colleague and no stranger.</param>
public sealed class MetRecipients(string domain)
{
    /// <summary>Recipients in ten weeks up to which they are looked at: 40 bytes each, 200 KB, while a mailbox is judged.</summary>
    public const int Most = 5_000;

    /// <summary>
    /// Strangers that count of one message: an invitation to forty is one act of a person. A thief sends many messages.
    /// </summary>
    public const int MostOfOneMessage = 20;

    private readonly Dictionary<ulong, (long Quarter, ulong Message)> _first = [];

    /// <summary>A number for a recipient or a message: 64 bits of its SHA-256, whatever the case of its letters.</summary>
    public static ulong NumberOf(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToLowerInvariant())));

    public void Add(long quarter, string recipient, string message)
    {
        if (!IsColleague(recipient, domain))
        {
            Add(quarter, NumberOf(recipient), NumberOf(message));
        }
    }

    /// <summary>The same for numbers (<see cref="NumberOf"/>).</summary>
    public void Add(long quarter, ulong recipient, ulong message)
    {
        if (!_first.TryGetValue(recipient, out var first) || (quarter, message).CompareTo(first) < 0)
        {
            _first[recipient] = (quarter, message);
        }
    }

    /// <summary>Whether it wrote to a recipient of this number.</summary>
    public bool Knows(ulong recipient) => _first.ContainsKey(recipient);

    public static bool IsColleague(string recipient, string domain) =>
        recipient.AsSpan(recipient.LastIndexOf('@') + 1).Equals(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The quarter hours with how many strangers each has.</summary>
    public MailboxQuarter[] Tell(IEnumerable<MailboxQuarter> quarters)
    {
        var strangers = _first.Values.CountBy(first => first).GroupBy(message => message.Key.Quarter)
            .ToDictionary(quarter => quarter.Key, quarter => (long)quarter.Sum(message => Math.Min(message.Value, MostOfOneMessage)));

        return [.. quarters.Select(one => one with { Strangers = Math.Min(one.Recipients, strangers.GetValueOrDefault(one.Quarter)) })];
    }
}
