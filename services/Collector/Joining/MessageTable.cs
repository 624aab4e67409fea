using System.Text;
using MailStats.Contracts;

namespace MailStats.Collector.Joining;

/// <summary>
/// The messages whose lines are being joined, by host and queue id, and the events that came of them.
/// Invariant: an attempt is reported exactly once in a reading, as soon as the beginning and the sender of its message
/// are known; what is not known at the end is held in <see cref="Unfinished"/>.
/// </summary>
internal sealed partial class MessageTable(string source, int capacity = MessageTable.DefaultCapacity)
{
    private readonly Dictionary<string, HostMessages> _hosts = new(ByteKeys.Instance);
    private readonly LeftMessages? _left;
    private HostMessages? _lastHost;

    public string Source { get; } = source;

    /// <summary>What the operator says of mail that stays within the own servers.</summary>
    public LocalMail LocalMail { get; set; } = LocalMail.None;

    /// <summary>Messages that are found again after they have left, see <see cref="LeftMessages"/>.</summary>
    public int LeftRemembered
    {
        init => _left = value > 0 ? new LeftMessages(value) : null;
    }

    /// <summary>Attempts ready to be sent. The reader of this list empties it.</summary>
    public List<ReportedAttempt> Ready { get; } = [];

    /// <summary>Messages with attempts that left the queue with their beginning unknown.</summary>
    public List<JoinedMessage> Orphans { get; } = [];

    /// <summary>Attempts that became events.</summary>
    public long Reported { get; private set; }

    /// <summary>Refusals at submission that became events; never counted as mail.</summary>
    public long Rejections { get; private set; }

    public HostMessages HostOf(ReadOnlySpan<byte> host)
    {
        if (_lastHost is { } last && ByteKeys.Instance.Equals(host, last.Name))
        {
            return last;
        }

        var hosts = _hosts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!hosts.TryGetValue(host, out var messages))
        {
            messages = new HostMessages(LineText.Of(host), _hosts.Count, _left);
            _hosts.Add(messages.Name, messages);
        }

        _lastHost = messages;

        return messages;
    }

    public HostMessages HostNamed(string host) => HostOf(Encoding.UTF8.GetBytes(host));

    public JoinedMessage Open(HostMessages host, ReadOnlySpan<byte> queueId, long at)
    {
        MakeRoom(at);
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
            var host = HostNamed(known.Name);
            host.FirstLineAt = known.FirstLineAt;
            host.LogsSubmissions = known.LogsSubmissions;
        }

        foreach (var message in open)
        {
            if (HostNamed(message.Host).ById.TryAdd(message.QueueId, message))
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

        var last = message.Deferred?.GetValueOrDefault(attempt.Recipient);
        if (attempt.Waits && last is not null)
        {
            // It says less than the reply that made it wait.
            return;
        }

        if (attempt.GaveUp && last is null && message.GivenUp?.Contains(attempt.Recipient) == true)
        {
            return;
        }

        if (attempt.GaveUp && last is not null && (message.IsKnown || !last.Waits))
        {
            (message.GivenUp ??= []).Add(attempt.Recipient);
            attempt = last with { Kind = attempt.Kind, OccurredAt = attempt.OccurredAt, Verdict = attempt.Verdict, Attempted = false, Waits = false };
        }

        if (attempt.HandedOn)
        {
            // Of a recipient that was told of before, it takes back that this queue id counts for it.
            if (message.IsKnown && last is null)
            {
                return;
            }

            attempt = attempt with { HandedOn = last is null };
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

        foreach (var attempt in held.Where(attempt => !attempt.HandedOn))
        {
            Report(message, attempt);
        }
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

        var refused = new JoinedMessage(host.Name, JoinedMessage.NoQueue) { BeganAt = at, Sender = sender };
        var content = ByteKeys.LastingHash($"{sender}\n{attempt.Recipient}\n{attempt.Reply}");
        refused.Key = MessageKey.Of(
            at,
            host.Name.Length == 0 ? Source : host.Name,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{JoinedMessage.NoQueue}-{content:x8}"));
        Ready.Add(new(refused, attempt, Source));
        Rejections++;
    }

    /// <summary>Reports an attempt whose line says everything itself.</summary>
    public void Publish(JoinedMessage message, Attempt attempt)
    {
        Ready.Add(new(message, Placed(attempt), Source));
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
        message.ExpiredAs = verdict;
        if (message.Deferred is not { } deferred)
        {
            return;
        }

        foreach (var recipient in deferred.Keys.ToArray())
        {
            ExpireOne(message, recipient, at, verdict);
        }
    }

    /// <summary>The same for one recipient; nothing where its last word was no deferral.</summary>
    public void ExpireOne(JoinedMessage message, string recipient, long at, string verdict)
    {
        if (message.Deferred?.GetValueOrDefault(recipient) is { } last)
        {
            Add(message, last with { Kind = DeliveryEventKind.Expired, OccurredAt = at, Verdict = verdict, Attempted = false, Waits = false });
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

    /// <summary>The same message goes on under another queue id. Its key stays.</summary>
    public JoinedMessage Requeue(HostMessages host, JoinedMessage message, ReadOnlySpan<byte> queueId, long at)
    {
        Remove(host, message);
        var requeued = Open(host, queueId, at);
        requeued.Key = MessageKey.Of(message);
        requeued.BeganAt = message.BeganAt;
        requeued.Submitted = message.Submitted;
        requeued.OwnMail = message.OwnMail;
        requeued.Sender = message.Sender;
        requeued.MessageId = message.MessageId;
        requeued.Bytes = message.Bytes;
        requeued.Deferred = message.Deferred;
        requeued.LearnFrom(message);

        return requeued;
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
        Ready.Add(new(message, Placed(attempt), Source));
        if (attempt.Kind == DeliveryEventKind.Rejected)
        {
            Rejections++;
        }
        else
        {
            Reported++;
        }
    }

    private Attempt Placed(Attempt attempt) =>
        !LocalMail.IsEmpty && !attempt.Local && attempt.Kind != DeliveryEventKind.Rejected
            && (LocalMail.IsOwn(attempt.Recipient) || LocalMail.IsOwnRelay(attempt.RemoteHost, attempt.RemoteAddress))
            ? attempt with { Local = true }
            : attempt;

    private void Remove(HostMessages host, JoinedMessage message)
    {
        if (host.ById.Remove(message.QueueId))
        {
            Count--;
            host.Left(message);
        }
    }
}
