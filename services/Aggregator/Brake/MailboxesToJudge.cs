using MailStats.Mail.Statistics;

namespace MailStats.Aggregator.Brake;

/// <summary>Mailboxes whose mail was applied and that wait to be judged, the tenants' in turns: who has many keeps nobody waiting.</summary>
internal sealed class MailboxesToJudge
{
    /// <summary>
    /// So many at most, some 40 MB. A tenant may have as many as there are places left, half of all at most; one more waits until it sends again.
    /// </summary>
    public const int Most = 200_000;

    /// <summary>Handed out at a time; who sends meanwhile is among the next.</summary>
    public const int AtOnce = 1_000;

    /// <summary>A mailbox that sends all the time is judged no more often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<StatisticsScope, long>> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<StatisticsScope, DateTimeOffset> _judged = [];
    private int _count;

    /// <summary>Notes that mail of a mailbox was accepted in a quarter hour: it is judged from the earliest on.</summary>
    public void Add(in StatisticsScope mailbox, long quarter)
    {
        lock (_lock)
        {
            var mine = _tenants.GetValueOrDefault(mailbox.TenantId);

            if (mine?.TryGetValue(mailbox, out var known) == true)
            {
                mine[mailbox] = Math.Min(known, quarter);
            }
            else if ((mine?.Count ?? 0) < Most - _count)
            {
                (mine ?? (_tenants[mailbox.TenantId] = [])).Add(mailbox, quarter);
                _count++;
            }
        }
    }

    /// <summary>The next to be judged; empty where none is due.</summary>
    public List<(StatisticsScope Mailbox, long First)> Due(DateTimeOffset now)
    {
        lock (_lock)
        {
            var due = _tenants.Values.SelectMany(tenant => tenant.Where(one => IsDue(one.Key, now)).Select((one, place) => (one.Key, one.Value, place)))
                .OrderBy(one => one.place).Take(AtOnce).Select(one => (one.Key, one.Value)).ToList();

            if (_judged.Count >= Most)
            {
                _judged.Clear();
            }

            foreach (var (mailbox, _) in due)
            {
                var mine = _tenants[mailbox.TenantId];
                mine.Remove(mailbox);
                _count--;
                _judged[mailbox] = now;

                if (mine.Count == 0)
                {
                    _tenants.Remove(mailbox.TenantId);
                }
            }

            return due;
        }
    }

    private bool IsDue(in StatisticsScope mailbox, DateTimeOffset now) => !(_judged.TryGetValue(mailbox, out var at) && now - at < Pause && at <= now);
}
