namespace MailStats.Collector.Joining;

/// <summary>Remembers the latest entries: at least <paramref name="capacity"/> of them, at most twice as many.</summary>
internal sealed class RecentTable<TKey, TValue>(int capacity)
    where TKey : notnull
{
    /// <summary>A table that gets so full gets all of its room at once: each doubling of a large one is work for the collector of garbage.</summary>
    private readonly int _grown = Math.Max(1, capacity / 16);

    private Dictionary<TKey, TValue> _latest = [];
    private Dictionary<TKey, TValue> _before = [];

    public void Set(TKey key, TValue value)
    {
        if (_latest.Count >= capacity)
        {
            (_before, _latest) = (_latest, _before);
            _latest.Clear();
        }

        if (_latest.Count == _grown)
        {
            _latest.EnsureCapacity(capacity);
        }

        _latest[key] = value;
    }

    public bool TryGet(TKey key, out TValue value) => _latest.TryGetValue(key, out value!) || _before.TryGetValue(key, out value!);

    /// <summary>All that are remembered, in no order.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> All() => _latest.Concat(_before.Where(entry => !_latest.ContainsKey(entry.Key)));

    public void Remove(TKey key)
    {
        _latest.Remove(key);
        _before.Remove(key);
    }
}
