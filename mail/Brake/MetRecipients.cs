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
    /// <summary>Recipients in ten weeks up to which they are looked at: 80 bytes each, 400 KB, while a mailbox is judged.</summary>
    public const int Most = 5_000;

    private readonly HashSet<(long Quarter, ulong Message, ulong Recipient)> _all = [];
    private readonly Dictionary<ulong, long> _first = [];
    private (long Day, int Largest)[]? _days;

    /// <summary>A number for a recipient or a message: 64 bits of its SHA-256, whatever the case of its letters.</summary>
    public static ulong NumberOf(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToLowerInvariant())));

    public void Add(long quarter, string recipient, string message) =>
        Add(quarter, NumberOf(recipient), NumberOf(message), IsColleague(recipient, domain));

    /// <summary>The same for numbers (<see cref="NumberOf"/>).</summary>
    public void Add(long quarter, ulong recipient, ulong message, bool isColleague)
    {
        _all.Add((quarter, message, recipient));
        _days = null;
        _first[recipient] = isColleague ? long.MinValue : Math.Min(quarter, _first.GetValueOrDefault(recipient, long.MaxValue));
    }

    /// <summary>Whether it wrote to a recipient of this number before a quarter hour.</summary>
    public bool Knew(ulong recipient, long quarter) => _first.TryGetValue(recipient, out var first) && first < quarter;

    /// <summary>
    /// Recipients up to which the circulars of a quarter hour are as the mailbox sends them: twice the most that those of one had on the days
    /// before; in its first four weeks, before it has mostly sent one, there is no end (<see cref="Addressees.NoEnd"/>).
    /// </summary>
    public long UsualCircular(long quarter)
    {
        _days ??= [.. _all.GroupBy(one => BrakeRules.DayOf(one.Quarter))
            .Select(day => (day.Key, day.GroupBy(one => one.Quarter).Max(InCirculars))).OrderBy(day => day.Key)];
        var today = BrakeRules.DayOf(quarter);

        return _days.Length == 0 || today - _days[0].Day < BrakeRules.MonthDays
            ? Addressees.NoEnd
            : 2 * _days.TakeWhile(day => day.Day < today).Max(day => day.Largest);
    }

    private static int InCirculars(IEnumerable<(long Quarter, ulong Message, ulong Recipient)> sent) =>
        sent.GroupBy(one => one.Message).Select(message => message.Count()).Where(recipients => recipients > Addressees.SmallCircular).Sum();

    public static bool IsColleague(string recipient, string domain) =>
        recipient.AsSpan(recipient.LastIndexOf('@') + 1).Equals(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The quarter hours with whom each went to.</summary>
    public MailboxQuarter[] Tell(IEnumerable<MailboxQuarter> quarters)
    {
        var all = _all.ToLookup(one => one.Quarter);

        return
        [
            .. quarters.Select(quarter => quarter with
            {
                To = Addressees.Of(
                    all[quarter.Quarter].Select(one => (one.Message, one.Recipient, !Knew(one.Recipient, quarter.Quarter))),
                    UsualCircular(quarter.Quarter),
                    growing: null),
            }),
        ];
    }
}
