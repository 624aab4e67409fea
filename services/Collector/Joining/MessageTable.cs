using System.Text;
using MailStats.Collector.State;
using MailStats.Contracts;

namespace MailStats.Collector.Joining;

/// <summary>
/// The messages whose lines are being joined, by host and queue id, and the events that came of them.
/// Invariant: an attempt is reported exactly once in a reading, as soon as the beginning and the sender of its message
/// are known; what is not known at the end is held in <see cref="Unfinished"/>.
/// </summary>
internal sealed class MessageTable(string source, int capacity = MessageTable.DefaultCapacity)
{
    public const int DefaultCapacity = 300_000;

    /// <summary>A message of which nothing was heard for so long is dropped: twice what queues keep mail for.</summary>
    public static readonly TimeSpan MaximumSilence = TimeSpan.FromDays(14);

    private static readonly long SweepEvery = TimeSpan.FromHours(12).Ticks;

    private readonly Dictionary<string, HostMessages> _hosts = new(ByteKeys.Instance);
    private HostMessages? _lastHost;
    private long _lastSweep;
    private long _lastOpened;

    public string Source { get; } = source;

    /// <summary>Events ready to be sent. The reader of this list empties it.</summary>
    public List<SubmittedEvent> Ready { get; } = [];

    /// <summary>Messages with attempts that left the queue with their beginning unknown.</summary>
    public List<JoinedMessage> Orphans { get; } = [];

    /// <summary>Attempts that became events.</summary>
    public long Reported { get; private set; }

    /// <summary>Refusals at submission that became events; never counted as mail.</summary>
    public long Rejections { get; private set; }

    /// <summary>Messages given up for age or number, and the attempts lost with them.</summary>
    public long DroppedMessages { get; private set; }

    public long DroppedAttempts { get; private set; }

    public int Count { get; private set; }

    public HostMessages HostOf(ReadOnlySpan<byte> host)
    {
        if (_lastHost is { } last && ByteKeys.Instance.Equals(host, last.Name))
        {
            return last;
        }

        var hosts = _hosts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!hosts.TryGetValue(host, out var messages))
        {
            messages = new HostMessages(LineText.Of(host));
            _hosts.Add(messages.Name, messages);
        }

        _lastHost = messages;

        return messages;
    }

    public JoinedMessage Open(HostMessages host, ReadOnlySpan<byte> queueId, long at)
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

        var message = new JoinedMessage(host.Name, LineText.Of(queueId)) { FirstLineAt = at, LastLineAt = at };
        host.ById.Add(message.QueueId, message);
        Count++;

        return message;
    }

    /// <summary>Puts back what an earlier run of the same reading was joining.</summary>
    public void Restore(IEnumerable<HostState> hosts, IEnumerable<JoinedMessage> open)
    {
        foreach (var known in hosts)
        {
            var host = HostOf(Encoding.UTF8.GetBytes(known.Name));
            host.FirstLineAt = known.FirstLineAt;
            host.LogsSubmissions = known.LogsSubmissions;
        }

        foreach (var message in open)
        {
            if (HostOf(Encoding.UTF8.GetBytes(message.Host)).ById.TryAdd(message.QueueId, message))
            {
                Count++;
            }
        }
    }

    /// <summary>Messages still in a queue.</summary>
    public IEnumerable<JoinedMessage> Open() => _hosts.Values.SelectMany(host => host.ById.Values);

    public IEnumerable<HostState> Hosts() => _hosts.Values.Select(host => new HostState(host.Name, host.FirstLineAt, host.LogsSubmissions));

    /// <summary>Reports the attempt, or holds it while the message's beginning or sender is unknown.</summary>
    public void Add(JoinedMessage message, Attempt attempt)
    {
        if (message.OwnMail)
        {
            return;
        }

        if (attempt.GaveUp && message.Deferred?.GetValueOrDefault(attempt.Recipient) is { } last)
        {
            attempt = last with { Kind = attempt.Kind, OccurredAt = attempt.OccurredAt, Verdict = attempt.Verdict, Attempted = false };
        }

        if (message.IsKnown)
        {
            Report(message, attempt);
        }
        else
        {
            (message.Held ??= []).Add(attempt);
        }

        if (attempt.Kind == DeliveryEventKind.Deferred)
        {
            (message.Deferred ??= [])[attempt.Recipient] = attempt;
        }
        else
        {
            message.Deferred?.Remove(attempt.Recipient);
        }
    }

    /// <summary>Reports what was held, now that the message is known. Does nothing while it is not.</summary>
    public void ReportHeld(JoinedMessage message)
    {
        if (message.Held is not { } held || !message.IsKnown)
        {
            return;
        }

        message.Held = null;
        if (message.OwnMail)
        {
            return;
        }

        held.ForEach(attempt => Report(message, attempt));
    }

    /// <summary>
    /// A recipient that was refused while the message came in. Without queue id (nothing was queued) the refusal stands
    /// alone, under a key made of its own content.
    /// </summary>
    public void Reject(ReadOnlySpan<byte> hostName, ReadOnlySpan<byte> queueId, long at, string sender, Attempt attempt)
    {
        var host = HostOf(hostName);
        if (!queueId.IsEmpty && host.Find(queueId, at) is { } queued)
        {
            queued.Sender ??= sender;
            Add(queued, attempt);
            return;
        }

        var refused = new JoinedMessage(host.Name, "NOQUEUE") { BeganAt = at, Sender = sender };
        var content = Encoding.UTF8.GetBytes($"{sender}\n{attempt.Recipient}\n{attempt.Reply}");
        refused.Key = MessageKey.Of(at, host.Name.Length == 0 ? Source : host.Name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"NOQUEUE-{(uint)ByteKeys.Instance.GetHashCode(content):x8}"));
        Ready.Add(EventForm.Of(refused, attempt, Source) with { QueueId = null });
        Rejections++;
    }

    /// <summary>Reports an attempt whose line says everything itself.</summary>
    public void Publish(JoinedMessage message, Attempt attempt)
    {
        Ready.Add(EventForm.Of(message, attempt, Source));
        if (attempt.Kind == DeliveryEventKind.Rejected)
        {
            Rejections++;
        }
        else
        {
            Reported++;
        }
    }

    /// <summary>Everything still deferred has expired: one event a recipient, with the last reply it had.</summary>
    public void Expire(JoinedMessage message, long at, string verdict)
    {
        message.ExpiredAt = at;
        if (message.Deferred is not { } deferred)
        {
            return;
        }

        foreach (var last in deferred.Values.ToArray())
        {
            Add(message, last with { Kind = DeliveryEventKind.Expired, OccurredAt = at, Verdict = verdict, Attempted = false });
        }
    }

    /// <summary>The message left the queue.</summary>
    public void Close(HostMessages host, JoinedMessage message, long at)
    {
        message.EndedAt = at;
        Remove(host, message);
        if (message.BeganAt == 0 && !message.OwnMail && (message.Held is not null || message.ExpiredAt != 0))
        {
            if (Orphans.Count >= capacity)
            {
                DroppedMessages++;
                DroppedAttempts += message.Held?.Count ?? 0;
                return;
            }

            Orphans.Add(message);
        }
    }

    /// <summary>A line shows that another message got the queue id: the old one must have left unseen.</summary>
    public void Replace(HostMessages host, JoinedMessage message, long at) => Close(host, message, at);

    /// <summary>All that is not finished: messages still in a queue, and attempts of messages whose beginning is unknown.</summary>
    public IEnumerable<JoinedMessage> Unfinished() =>
        Orphans.Concat(Open());

    /// <summary>False where the host's log never shows who hands mail in: then other lines begin its messages.</summary>
    public bool LogsSubmissions(string host) => _hosts.TryGetValue(host, out var messages) && messages.LogsSubmissions;

    private void Report(JoinedMessage message, Attempt attempt)
    {
        Ready.Add(EventForm.Of(message, attempt, Source));
        Reported++;
    }

    private void Remove(HostMessages host, JoinedMessage message)
    {
        if (host.ById.Remove(message.QueueId))
        {
            Count--;
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
