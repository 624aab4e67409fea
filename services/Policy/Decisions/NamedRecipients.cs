using MailStats.Mail.Brake;

namespace MailStats.Policy.Decisions;

/// <summary>
/// The recipients that MTAs named for one mailbox in the last hour, by number: 24 bytes each, at most 6 KB. With one more it is no longer
/// told whom the mail of this hour goes to, and the mailbox is judged by how many they are alone.
/// </summary>
/// <param name="domain">The mailbox's.</param>
internal sealed class NamedRecipients(string domain)
{
    public const int Most = 256;

    private const int QuartersOfHour = 4;

    private readonly Lock _lock = new();
    private readonly List<(long Quarter, ulong? Stranger, ulong Message)> _named = [];

    public void Add(long quarter, string recipient, string message)
    {
        lock (_lock)
        {
            _named.RemoveAll(one => one.Quarter <= quarter - QuartersOfHour);

            if (_named.Count <= Most)
            {
                _named.Add((
                    quarter, MetRecipients.IsColleague(recipient, domain) ? null : MetRecipients.NumberOf(recipient), MetRecipients.NumberOf(message)));
            }
        }
    }

    /// <summary>Of a quarter hour, those whom the mailbox never wrote to, beside those that its deliveries tell of; null where not all were named.</summary>
    public long? StrangersOf(in MailboxQuarter quarter, long delivered, MetRecipients met)
    {
        lock (_lock)
        {
            var at = quarter.Quarter;
            var named = _named.Where(one => one.Quarter == at).ToList();

            if (_named.Count > Most || Math.Max(named.Count, delivered) < quarter.Recipients)
            {
                return null;
            }

            return named.Where(one => one.Stranger is { } stranger && !met.Knows(stranger)).DistinctBy(one => one.Stranger).CountBy(one => one.Message)
                .Sum(message => Math.Min(message.Value, MetRecipients.MostOfOneMessage));
        }
    }
}
