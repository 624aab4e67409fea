using MailStats.Collector.Joining;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Import;

/// <summary>
/// Holds a delivery's deferrals back until its outcome is read, so that all of it travels as one item that says only once what
/// its events say of the message. The server then reads the message, and loads, merges and writes the delivery, once instead of
/// once for each attempt, which is what an import mostly costs.
/// Invariant: every attempt that is added comes out once, deferrals of a delivery before or with its outcome.
/// </summary>
/// <param name="capacity">
/// Deferrals held at most; past it, those of the delivery that was longest without one go out as they are, as do those of a
/// message that has left the queue. Events that come apart count the same, they only cost more.
/// </param>
internal sealed class HeldDeferrals(int capacity)
{
    /// <summary>Deferrals of one item. Ingest takes up to 1,000.</summary>
    private const int MaximumOfItem = 100;

    private readonly Dictionary<(string MessageKey, string Recipient), LinkedListNode<Item>> _deliveries = [];

    /// <summary>What is held of each delivery; the one that was deferred last is at the end.</summary>
    private readonly LinkedList<Item> _latestLast = [];
    private int _count;

    /// <summary>Takes an attempt and its line, and adds to <paramref name="ready"/> what can go out now.</summary>
    public void Add(in ReportedAttempt reported, LinePlace place, List<PlacedEvent> ready)
    {
        var item = new Item(reported, place, null);

        if (_deliveries.TryGetValue(DeliveryOf(item), out var held))
        {
            var earlier = Take(held);

            if (earlier.Count < MaximumOfItem && SaySame(earlier.Latest, reported))
            {
                item = item with { Earlier = [.. earlier.Earlier ?? [], earlier.Latest.Attempt] };
            }
            else
            {
                ready.Add(earlier.ToEvent());
            }
        }

        if (reported.Attempt.Kind == DeliveryEventKind.Deferred)
        {
            Hold(item, ready);
        }
        else
        {
            ready.Add(item.ToEvent());
        }
    }

    /// <summary>All that is still held: deliveries without an outcome.</summary>
    public void Drain(List<PlacedEvent> ready)
    {
        while (_latestLast.First is { } held)
        {
            ready.Add(Take(held).ToEvent());
        }
    }

    private static (string MessageKey, string Recipient) DeliveryOf(in Item item) => (MessageKey.Of(item.Latest.Message), item.Latest.Attempt.Recipient);

    /// <summary>Whether two events of one delivery would say the same of it, but for what happened.</summary>
    private static bool SaySame(in ReportedAttempt one, in ReportedAttempt other) =>
        one.Attempt.Local == other.Attempt.Local && (ReferenceEquals(one.Message, other.Message) || SaySame(one.Message, other.Message));

    private static bool SaySame(JoinedMessage one, JoinedMessage other) =>
        one.BeganAt == other.BeganAt
        && one.Bytes == other.Bytes
        && one.SpamScore.Equals(other.SpamScore)
        && one.Sender == other.Sender
        && one.HeaderFrom == other.HeaderFrom
        && one.QueueId == other.QueueId
        && one.MessageId == other.MessageId
        && one.Subject == other.Subject
        && one.Host == other.Host;

    private void Hold(in Item item, List<PlacedEvent> ready)
    {
        _deliveries.Add(DeliveryOf(item), _latestLast.AddLast(item));
        _count += item.Count;

        // A message that has left the queue brings no outcome any more.
        while (_latestLast.First is { } longest && (_count > capacity || longest.Value.Latest.Message.EndedAt != 0))
        {
            ready.Add(Take(longest).ToEvent());
        }
    }

    private Item Take(LinkedListNode<Item> held)
    {
        _latestLast.Remove(held);
        _deliveries.Remove(DeliveryOf(held.Value));
        _count -= held.Value.Count;

        return held.Value;
    }

    /// <param name="Latest">An attempt, and its message.</param>
    /// <param name="Place">The line that tells of it.</param>
    /// <param name="Earlier">Deferrals before it, in their order.</param>
    private readonly record struct Item(ReportedAttempt Latest, LinePlace Place, Attempt[]? Earlier)
    {
        public int Count => 1 + (Earlier?.Length ?? 0);

        public PlacedEvent ToEvent() => new(EventForm.Of(Latest, Earlier is null ? null : [.. Earlier.Select(EventForm.OfDeferral)]), Place);
    }
}
