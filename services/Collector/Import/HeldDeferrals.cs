using MailStats.Collector.Sending;

namespace MailStats.Collector.Import;

/// <summary>
/// Holds a delivery's deferrals back until its outcome is read, so that all of its events travel side by side. The server
/// then loads, merges and writes the delivery once instead of once for each attempt, which is what an import mostly costs.
/// Invariant: every event that is added comes out once, deferrals of a delivery before its outcome.
/// </summary>
/// <param name="capacity">
/// Deferrals held at most; past it the earlier half goes out as it is. Events that come apart count the same, they only
/// cost more.
/// </param>
internal sealed class HeldDeferrals(int capacity)
{
    private Dictionary<(string MessageKey, string Recipient), List<PlacedEvent>> _recent = [];
    private Dictionary<(string MessageKey, string Recipient), List<PlacedEvent>> _earlier = [];
    private int _recentCount;

    /// <summary>Takes an event, and adds to <paramref name="ready"/> what can go out now.</summary>
    public void Add(in PlacedEvent told, List<PlacedEvent> ready)
    {
        var delivery = (told.Event.MessageKey!, told.Event.Recipient!);

        if (told.Event.Event == "deferred")
        {
            Hold(delivery, told, ready);
            return;
        }

        if (_earlier.Remove(delivery, out var before))
        {
            ready.AddRange(before);
        }

        if (_recent.Remove(delivery, out var since))
        {
            _recentCount -= since.Count;
            ready.AddRange(since);
        }

        ready.Add(told);
    }

    /// <summary>All that is still held: deliveries without an outcome.</summary>
    public void Drain(List<PlacedEvent> ready)
    {
        AgeRecent(ready);
        AgeRecent(ready);
    }

    private void Hold((string MessageKey, string Recipient) delivery, in PlacedEvent deferral, List<PlacedEvent> ready)
    {
        if (_recentCount >= capacity / 2)
        {
            AgeRecent(ready);
        }

        if (!_recent.TryGetValue(delivery, out var held))
        {
            _recent.Add(delivery, held = []);
        }

        held.Add(deferral);
        _recentCount++;
    }

    private void AgeRecent(List<PlacedEvent> ready)
    {
        foreach (var held in _earlier.Values)
        {
            ready.AddRange(held);
        }

        _earlier.Clear();
        (_earlier, _recent) = (_recent, _earlier);
        _recentCount = 0;
    }
}
