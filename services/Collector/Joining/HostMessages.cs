namespace MailStats.Collector.Joining;

/// <summary>The messages in one host's queue.</summary>
internal sealed class HostMessages(string name, int number = 0)
{
    /// <summary>No client takes longer from a message's first line to its last.</summary>
    private static readonly long NearStart = TimeSpan.FromMinutes(10).Ticks;

    private Dictionary<string, JoinedMessage> _left = new(ByteKeys.Instance);
    private Dictionary<string, JoinedMessage> _leftBefore = new(ByteKeys.Instance);

    public string Name { get; } = name;

    /// <summary>Which of the table's hosts this is.</summary>
    public int Number { get; } = number;

    /// <summary>UTC ticks of the first line about a message.</summary>
    public long FirstLineAt { get; set; }

    /// <summary>True once a line showed who handed a message in: then every submission of this host is logged.</summary>
    public bool LogsSubmissions { get; set; }

    public Dictionary<string, JoinedMessage> ById { get; } = new(ByteKeys.Instance);

    /// <summary>
    /// A line that would be the message's first if none was cut off: near the log's start it only might be, and what
    /// decides is the rest of the log and its other pieces, see <see cref="UnfinishedMessages"/>.
    /// </summary>
    public void BeginPossibly(JoinedMessage message, long at)
    {
        if (at - FirstLineAt < NearStart)
        {
            message.PossibleBegin = message.PossibleBegin == 0 ? at : message.PossibleBegin;
        }
        else
        {
            message.BeganAt = at;
        }
    }

    /// <summary>A message that is in the queue, or left it not long ago.</summary>
    public JoinedMessage? FindLeft(ReadOnlySpan<byte> queueId) =>
        ById.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(queueId, out var message)
            || _left.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(queueId, out message)
            || _leftBefore.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(queueId, out message)
            ? message
            : null;

    /// <summary>The message has left. Of those, the latest <paramref name="remembered"/> are found again, and at most twice as many.</summary>
    public void Left(JoinedMessage message, int remembered)
    {
        if (remembered == 0)
        {
            return;
        }

        if (_left.Count >= remembered)
        {
            (_leftBefore, _left) = (_left, _leftBefore);
            _left.Clear();
        }

        _left[message.QueueId] = message;
    }

    public JoinedMessage? Find(ReadOnlySpan<byte> queueId, long at)
    {
        FirstLineAt = FirstLineAt == 0 ? at : FirstLineAt;
        if (ById.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(queueId, out var message))
        {
            message.LastLineAt = Math.Max(at, message.LastLineAt);
        }

        return message;
    }
}
