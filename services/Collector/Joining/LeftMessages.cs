using System.Runtime.InteropServices;

namespace MailStats.Collector.Joining;

/// <summary>
/// Messages that have left the queues, for lines that come later: a filter's server may send a mail on before the line that says
/// that the filter took it. The latest are kept whole; of many more it is only known that they were there, with which message id.
/// </summary>
/// <param name="whole">How many are kept whole. Each outlives a collection of garbage, so a format asks for what it needs.</param>
internal sealed class LeftMessages(int whole)
{
    /// <summary>Messages, and at most twice as many: 32 bytes each. Eight minutes of a server that sends 100 a second.</summary>
    public const int Known = 50_000;

    private readonly RecentTable<ulong, JoinedMessage> _latest = new(whole);
    private readonly RecentTable<ulong, ulong> _known = new(Known);

    public void Add(int host, JoinedMessage message)
    {
        var key = KeyOf(host, message.QueueId);
        _latest.Set(key, message);
        if (message is { Submitted: true, MessageId: { } id })
        {
            _known.Set(key, HashOf(id));
        }
    }

    /// <summary>The message, if it is one of the latest.</summary>
    /// <param name="host">Number of the host.</param>
    /// <param name="queueId">What it was known by there.</param>
    /// <param name="messageId">What its message id must be to have been there.</param>
    /// <param name="had">True for mail of that message id that was handed in, and is no longer kept whole.</param>
    public JoinedMessage? Find(int host, ReadOnlySpan<byte> queueId, string? messageId, out bool had)
    {
        var key = KeyOf(host, queueId);
        had = false;
        if (_latest.TryGet(key, out var message) && ByteKeys.Instance.Equals(queueId, message.QueueId))
        {
            return message;
        }

        had = messageId is not null && _known.TryGet(key, out var hash) && hash == HashOf(messageId);

        return null;
    }

    private static ulong KeyOf(int host, string queueId)
    {
        Span<byte> bytes = stackalloc byte[64];

        return System.Text.Ascii.FromUtf16(queueId, bytes, out var length) == System.Buffers.OperationStatus.Done
            ? KeyOf(host, bytes[..length])
            : KeyOf(host, System.Text.Encoding.UTF8.GetBytes(queueId));
    }

    private static ulong KeyOf(int host, ReadOnlySpan<byte> queueId) => ByteKeys.Hash(queueId) ^ ((ulong)(uint)host << 48);

    private static ulong HashOf(string messageId) => ByteKeys.Hash(MemoryMarshal.AsBytes(messageId.AsSpan()));
}
