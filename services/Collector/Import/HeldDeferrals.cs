using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Import;

/// <summary>
/// Holds a delivery's deferrals back until its outcome is read, so that all of it travels as one item that says only once what
/// its events say of the message. The server then reads the message, and loads, merges and writes the delivery, once instead of
/// once for each attempt, which is what an import mostly costs.
/// Invariant: every event that is added comes out once, deferrals of a delivery before or with its outcome.
/// </summary>
/// <param name="capacity">
/// Deferrals held at most; past it, those of the delivery that was longest without one go out as they are. Events that come
/// apart count the same, they only cost more.
/// </param>
internal sealed class HeldDeferrals(int capacity)
{
    /// <summary>Deferrals of one item. Ingest takes up to 1,000.</summary>
    private const int MaximumOfItem = 100;

    private readonly Dictionary<(string MessageKey, string Recipient), LinkedListNode<PlacedEvent>> _deliveries = [];

    /// <summary>What is held of each delivery; the one that was deferred last is at the end.</summary>
    private readonly LinkedList<PlacedEvent> _latestLast = [];
    private int _count;

    /// <summary>Takes an event, and adds to <paramref name="ready"/> what can go out now.</summary>
    public void Add(in PlacedEvent told, List<PlacedEvent> ready)
    {
        var item = told;

        if (_deliveries.TryGetValue(DeliveryOf(told), out var held))
        {
            var earlier = Take(held);

            if (earlier.Count < MaximumOfItem && SayTheSame(earlier.Event, told.Event))
            {
                item = Followed(earlier.Event, told);
            }
            else
            {
                ready.Add(earlier);
            }
        }

        if (told.Event.Event == "deferred")
        {
            Hold(item, ready);
        }
        else
        {
            ready.Add(item);
        }
    }

    /// <summary>All that is still held: deliveries without an outcome.</summary>
    public void Drain(List<PlacedEvent> ready)
    {
        while (_latestLast.First is { } held)
        {
            ready.Add(Take(held));
        }
    }

    private static (string MessageKey, string Recipient) DeliveryOf(in PlacedEvent told) => (told.Event.MessageKey!, told.Event.Recipient!);

    /// <summary>A later event of the same delivery, with the deferrals of the item before it, which was one too.</summary>
    private static PlacedEvent Followed(SubmittedEvent earlier, in PlacedEvent later)
    {
        // The list is this class's own, and the earlier item goes nowhere.
        var deferrals = (List<SubmittedDeferral>?)earlier.Deferrals ?? [];
        deferrals.Add(new SubmittedDeferral
        {
            OccurredAt = earlier.OccurredAt,
            RemoteHost = earlier.RemoteHost,
            ReplyCode = earlier.ReplyCode,
            EnhancedCode = earlier.EnhancedCode,
            Reply = earlier.Reply,
            SourceVerdict = earlier.SourceVerdict,
            Attempted = earlier.Attempted,
            AttemptNumber = earlier.AttemptNumber,
            EventId = earlier.EventId,
        });

        return later with { Event = later.Event with { Deferrals = deferrals } };
    }

    /// <summary>Whether two events of one delivery say the same of its message.</summary>
    private static bool SayTheSame(SubmittedEvent one, SubmittedEvent other) =>
        one.AcceptedAt == other.AcceptedAt
        && one.Bytes == other.Bytes
        && one.SpamScore.Equals(other.SpamScore)
        && one.Local == other.Local
        && one.Sender == other.Sender
        && one.From == other.From
        && one.QueueId == other.QueueId
        && one.MessageId == other.MessageId
        && one.Subject == other.Subject
        && one.Host == other.Host
        && one.Source == other.Source;

    private void Hold(in PlacedEvent item, List<PlacedEvent> ready)
    {
        _deliveries.Add(DeliveryOf(item), _latestLast.AddLast(item));
        _count += item.Count;

        while (_count > capacity)
        {
            ready.Add(Take(_latestLast.First!));
        }
    }

    private PlacedEvent Take(LinkedListNode<PlacedEvent> held)
    {
        _latestLast.Remove(held);
        _deliveries.Remove(DeliveryOf(held.Value));
        _count -= held.Value.Count;

        return held.Value;
    }
}
