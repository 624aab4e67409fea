using System.Runtime.InteropServices;

namespace MailStats.Collector.Joining;

/// <summary>
/// Messages that have left the queues, for lines that come later: a filter's server may send a mail on before the line that says
/// that the filter took it. The latest are kept whole; of many more it is only known that they were there, with which message id.
/// </summary>
/// <param name="whole">How many are kept whole. Each outlives a collection of garbage, so a format asks for what it needs.</param>
internal sealed class LeftMessages(int whole)
{
    /// <summary>Messages: 16 bytes each. Eight minutes of a server that sends 100 a second.</summary>
    public const int Known = 50_000;

    /// <summary>Lists of what falls together, newest first; a power of two, and so many that most have one entry.</summary>
    private const int Lists = 1 << 16;

    /// <summary>Numbered from 1 on as they come, each in the place of the oldest.</summary>
    private readonly JoinedMessage?[] _whole = new JoinedMessage?[whole];
    private Entry[] _known = [];
    private uint[] _newest = [];
    private uint _last;

    public void Add(int host, JoinedMessage message)
    {
        if (_last is 0 or uint.MaxValue)
        {
            (_known, _newest, _last) = (new Entry[Known], new uint[Lists], 0);
        }

        var key = KeyOf(host, message.QueueId);
        ref var newest = ref _newest[key & (Lists - 1)];
        var number = ++_last;
        _known[number % Known] = new(key, message is { Submitted: true, MessageId: { } id } ? HashOf(id) : 0, newest);
        _whole[number % (uint)whole] = message;
        newest = number;
    }

    /// <summary>The message, if it is one of the latest.</summary>
    /// <param name="host">Number of the host.</param>
    /// <param name="queueId">What it was known by there.</param>
    /// <param name="messageId">What its message id must be to have been there.</param>
    /// <param name="had">True for mail of that message id that was handed in, and is no longer kept whole.</param>
    public JoinedMessage? Find(int host, ReadOnlySpan<byte> queueId, string? messageId, out bool had)
    {
        had = false;
        if (_last == 0)
        {
            return null;
        }

        var key = KeyOf(host, queueId);
        for (var number = _newest[key & (Lists - 1)]; number != 0 && _last - number < Known; number = _known[number % Known].Before)
        {
            ref readonly var entry = ref _known[number % Known];
            if (entry.Key != key)
            {
                continue;
            }

            if (_last - number < whole && _whole[number % (uint)whole] is { } message && ByteKeys.Instance.Equals(queueId, message.QueueId))
            {
                return message;
            }

            had |= messageId is not null && entry.MessageId == HashOf(messageId);
        }

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

    private static uint HashOf(string messageId) => (uint)ByteKeys.Hash(MemoryMarshal.AsBytes(messageId.AsSpan()));

    /// <param name="Key">Hash of host and queue id.</param>
    /// <param name="MessageId">Hash of the message id; 0 for mail that nobody handed in.</param>
    /// <param name="Before">Number of the one before in the same list.</param>
    private readonly record struct Entry(ulong Key, uint MessageId, uint Before);
}
