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

    // A mailbox that waits stands in its tenant's row once, or in _pausing while it was judged a moment ago; never in both.
    private readonly Dictionary<StatisticsScope, long> _waiting = [];
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);

    // Tenants with a row that is not empty, each once.
    private readonly Queue<Tenant> _turns = new();

    // In the order in which they were judged: the first is the first that may be judged again.
    private readonly Queue<(StatisticsScope Mailbox, DateTimeOffset At)> _pauses = new();
    private readonly HashSet<StatisticsScope> _pausing = [];

    /// <summary>Notes that mail of a mailbox was accepted in a quarter hour: it is judged from the earliest on.</summary>
    public void Add(in StatisticsScope mailbox, long quarter)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue(mailbox, out var known))
            {
                _waiting[mailbox] = Math.Min(known, quarter);
                return;
            }

            var tenant = _tenants.GetValueOrDefault(mailbox.TenantId);

            if ((tenant?.Waiting ?? 0) < Most - _waiting.Count)
            {
                tenant ??= _tenants[mailbox.TenantId] = new();
                tenant.Waiting++;
                _waiting.Add(mailbox, quarter);

                if (!_pausing.Contains(mailbox))
                {
                    Enqueue(tenant, mailbox);
                }
            }
        }
    }

    /// <summary>The next to be judged; empty where none is due. Costs as much as it hands out, however many wait.</summary>
    public List<(StatisticsScope Mailbox, long First)> Due(DateTimeOffset now)
    {
        lock (_lock)
        {
            // A clock that was put back holds nobody up.
            while (_pauses.TryPeek(out var judged) && (now - judged.At >= Pause || judged.At > now || _pauses.Count > Most))
            {
                EndPause();
            }

            var due = new List<(StatisticsScope, long)>();

            while (due.Count < AtOnce && _turns.TryDequeue(out var tenant))
            {
                var mailbox = tenant.Row.Dequeue();
                _waiting.Remove(mailbox, out var first);
                due.Add((mailbox, first));
                _pausing.Add(mailbox);
                _pauses.Enqueue((mailbox, now));

                if (--tenant.Waiting == 0)
                {
                    _tenants.Remove(mailbox.TenantId);
                }

                if (tenant.Row.Count > 0)
                {
                    _turns.Enqueue(tenant);
                }
            }

            return due;
        }
    }

    private void EndPause()
    {
        var (mailbox, _) = _pauses.Dequeue();
        _pausing.Remove(mailbox);

        if (_waiting.ContainsKey(mailbox))
        {
            Enqueue(_tenants[mailbox.TenantId], mailbox);
        }
    }

    private void Enqueue(Tenant tenant, in StatisticsScope mailbox)
    {
        tenant.Row.Enqueue(mailbox);

        if (tenant.Row.Count == 1)
        {
            _turns.Enqueue(tenant);
        }
    }

    private sealed class Tenant
    {
        /// <summary>Those that may be judged now, first come first served.</summary>
        public Queue<StatisticsScope> Row { get; } = new();

        /// <summary>Mailboxes that wait, those included that were judged a moment ago.</summary>
        public int Waiting { get; set; }
    }
}
