using MailStats.Mail.Brake;

namespace MailStats.Policy.Decisions;

/// <summary>
/// The recipients that MTAs named for one mailbox in the last hour, by number: 32 bytes each, at most 8 KB. With one more it is no longer
/// told whom the mail of this hour goes to, and the mailbox is judged by how many they are alone.
/// </summary>
/// <param name="domain">The mailbox's.</param>
internal sealed class NamedRecipients(string domain)
{
    public const int Most = 256;

    private const int QuartersOfHour = 4;

    private readonly Lock _lock = new();
    private readonly List<(long Quarter, ulong Recipient, ulong Message, bool IsColleague)> _named = [];

    public void Add(long quarter, string recipient, string message)
    {
        lock (_lock)
        {
            _named.RemoveAll(one => one.Quarter <= quarter - QuartersOfHour);

            if (_named.Count <= Most)
            {
                _named.Add((quarter, MetRecipients.NumberOf(recipient), MetRecipients.NumberOf(message), MetRecipients.IsColleague(recipient, domain)));
            }
        }
    }

    /// <summary>Whom the mail of a quarter hour went to, by what deliveries tell of the time before; null where not all of them were named.</summary>
    public Addressees? Of(in MailboxQuarter quarter, MetRecipients met)
    {
        lock (_lock)
        {
            var at = quarter.Quarter;
            var named = _named.Where(one => one.Quarter == at).ToList();

            return _named.Count > Most || named.Count < quarter.Recipients
                ? null
                : Addressees.Of(
                    named.Select(one => (one.Message, one.Recipient, !one.IsColleague && !met.Knew(one.Recipient, at))),
                    met.UsualCircular(at),
                    growing: named is [.., var last] ? last.Message : null);
        }
    }
}
