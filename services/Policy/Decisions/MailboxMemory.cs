using MailStats.Mail.Statistics;

namespace MailStats.Policy.Decisions;

/// <summary>
/// What is remembered of so many mailboxes. With one more, the tenant that has most gives up half of its own, those that were not used for
/// longest: nobody's many mailboxes take away what is known of others'.
/// </summary>
/// <param name="most">How many.</param>
internal sealed class MailboxMemory<T>(int most)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StatisticsScope, (T Value, long Used)> _all = [];
    private long _uses;

    /// <summary>Null where nothing is remembered.</summary>
    public T? Find(in StatisticsScope mailbox)
    {
        lock (_lock)
        {
            if (!_all.TryGetValue(mailbox, out var known))
            {
                return null;
            }

            _all[mailbox] = known with { Used = ++_uses };

            return known.Value;
        }
    }

    public T FindOrAdd(in StatisticsScope mailbox, Func<T> make)
    {
        lock (_lock)
        {
            if (Find(mailbox) is { } known)
            {
                return known;
            }

            var made = make();
            Set(mailbox, made);

            return made;
        }
    }

    public void Set(in StatisticsScope mailbox, T value)
    {
        lock (_lock)
        {
            if (_all.Count >= most && !_all.ContainsKey(mailbox))
            {
                var largest = _all.GroupBy(one => one.Key.TenantId).MaxBy(tenant => tenant.Count())!.OrderBy(one => one.Value.Used).ToList();

                foreach (var (old, _) in largest[..((largest.Count + 1) / 2)])
                {
                    _all.Remove(old);
                }
            }

            _all[mailbox] = (value, ++_uses);
        }
    }
}
