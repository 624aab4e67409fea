using MailStats.Collector.Sending;

namespace MailStats.Collector.Import;

/// <summary>
/// Holds a delivery's deferrals back until its outcome is read, so that all of its events travel side by side. The server
/// then loads, merges and writes the delivery once instead of once for each attempt, which is what an import mostly costs.
/// Invariant: every event that is added comes out once, deferrals of a delivery before its outcome.
/// </summary>
/// <param name="capacity">
/// Deferrals held at most; past it, those of the delivery that was longest without one go out as they are. Events that come
/// apart count the same, they only cost more.
/// </param>
internal sealed class HeldDeferrals(int capacity)
{
    private readonly Dictionary<(string MessageKey, string Recipient), LinkedListNode<List<PlacedEvent>>> _deliveries = [];

    /// <summary>The deferrals of each delivery; the delivery that was deferred last is at the end.</summary>
    private readonly LinkedList<List<PlacedEvent>> _latestLast = [];
    private int _count;

    /// <summary>Takes an event, and adds to <paramref name="ready"/> what can go out now.</summary>
    public void Add(in PlacedEvent told, List<PlacedEvent> ready)
    {
        if (told.Event.Event == "deferred")
        {
            Hold(told, ready);
            return;
        }

        if (_deliveries.TryGetValue(DeliveryOf(told), out var held))
        {
            LetGo(held, ready);
        }

        ready.Add(told);
    }

    /// <summary>All that is still held: deliveries without an outcome.</summary>
    public void Drain(List<PlacedEvent> ready)
    {
        while (_latestLast.First is { } held)
        {
            LetGo(held, ready);
        }
    }

    private static (string MessageKey, string Recipient) DeliveryOf(in PlacedEvent told) => (told.Event.MessageKey!, told.Event.Recipient!);

    private void Hold(in PlacedEvent deferral, List<PlacedEvent> ready)
    {
        if (_deliveries.TryGetValue(DeliveryOf(deferral), out var held))
        {
            _latestLast.Remove(held);
            held.Value.Add(deferral);
        }
        else
        {
            held = new([deferral]);
            _deliveries.Add(DeliveryOf(deferral), held);
        }

        _latestLast.AddLast(held);
        _count++;

        while (_count > capacity)
        {
            LetGo(_latestLast.First!, ready);
        }
    }

    private void LetGo(LinkedListNode<List<PlacedEvent>> held, List<PlacedEvent> ready)
    {
        _latestLast.Remove(held);
        _deliveries.Remove(DeliveryOf(held.Value[0]));
        _count -= held.Value.Count;
        ready.AddRange(held.Value);
    }
}
