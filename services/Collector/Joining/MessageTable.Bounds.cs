namespace MailStats.Collector.Joining;

/// <summary>How much is remembered: what is too old or too much is dropped, and counted.</summary>
internal sealed partial class MessageTable
{
    public const int DefaultCapacity = 300_000;

    /// <summary>A message of which nothing was heard for so long is dropped: twice what queues keep mail for.</summary>
    public static readonly TimeSpan MaximumSilence = TimeSpan.FromDays(14);

    private static readonly long SweepEvery = TimeSpan.FromHours(12).Ticks;

    private long _lastSweep;
    private long _lastOpened;

    /// <summary>Messages given up for age or number, and the attempts lost with them.</summary>
    public long DroppedMessages { get; private set; }

    public long DroppedAttempts { get; private set; }

    public int Count { get; private set; }

    private void MakeRoom(long at)
    {
        // By two lines, because one may be damaged and say any year.
        var time = Math.Min(at, _lastOpened);
        _lastOpened = at;
        if (time - _lastSweep > SweepEvery)
        {
            Sweep(time - MaximumSilence.Ticks);
            _lastSweep = time;
        }

        if (Count >= capacity)
        {
            DropOldest();
        }
    }

    private void Sweep(long before)
    {
        foreach (var host in _hosts.Values)
        {
            foreach (var message in host.ById.Values.Where(message => message.LastLineAt < before).ToArray())
            {
                Drop(host, message);
            }
        }
    }

    private void DropOldest()
    {
        // A sixteenth at a time, so that a table that stays full is not searched for every line.
        var oldest = _hosts.Values
            .SelectMany(host => host.ById.Values.Select(message => (host, message)))
            .OrderBy(entry => entry.message.LastLineAt)
            .Take(Math.Max(1, capacity / 16))
            .ToArray();
        foreach (var (host, message) in oldest)
        {
            Drop(host, message);
        }
    }

    private void Drop(HostMessages host, JoinedMessage message)
    {
        Remove(host, message);
        DroppedMessages++;
        DroppedAttempts += message.Held?.Count ?? 0;
    }
}
