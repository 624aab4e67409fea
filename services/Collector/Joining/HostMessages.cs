namespace MailStats.Collector.Joining;

/// <summary>The messages in one host's queue.</summary>
internal sealed class HostMessages
{
    /// <summary>No client takes longer from a message's first line to its last.</summary>
    private static readonly long NearStart = TimeSpan.FromMinutes(10).Ticks;

    private readonly Dictionary<string, JoinedMessage>.AlternateLookup<ReadOnlySpan<byte>> _byId;
    private readonly LeftMessages? _left;

    /// <param name="name">As the log names it.</param>
    /// <param name="number">Which of the table's hosts this is.</param>
    /// <param name="left">Remembers what has left; null where no line asks for it.</param>
    public HostMessages(string name, int number = 0, LeftMessages? left = null)
    {
        (Name, Number, _left) = (name, number, left);
        _byId = ById.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public string Name { get; }

    /// <summary>Which of the table's hosts this is.</summary>
    public int Number { get; }

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
    public JoinedMessage? FindLeft(ReadOnlySpan<byte> queueId) => FindLeft(queueId, messageId: null, out _);

    /// <inheritdoc cref="FindLeft(ReadOnlySpan{byte})"/>
    /// <param name="queueId">What it is or was known by.</param>
    /// <param name="messageId">The message id of what <paramref name="had"/> asks for.</param>
    /// <param name="had">True for mail that was handed in under the queue id, with this message id, and left within the last minutes.</param>
    public JoinedMessage? FindLeft(ReadOnlySpan<byte> queueId, string? messageId, out bool had)
    {
        had = false;

        return _byId.TryGetValue(queueId, out var message) ? message : _left?.Find(Number, queueId, messageId, out had);
    }

    /// <summary>The message has left.</summary>
    public void Left(JoinedMessage message) => _left?.Add(Number, message);

    public JoinedMessage? Find(ReadOnlySpan<byte> queueId, long at)
    {
        FirstLineAt = FirstLineAt == 0 ? at : FirstLineAt;
        if (_byId.TryGetValue(queueId, out var message))
        {
            message.LastLineAt = Math.Max(at, message.LastLineAt);
        }

        return message;
    }
}
