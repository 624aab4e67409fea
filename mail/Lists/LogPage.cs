namespace MailStats.Mail.Lists;

/// <summary>A page while it is being filled.</summary>
public sealed class LogPage<T>(int limit, int maxLookedAt)
{
    private readonly List<T> _items = [];
    private int _lookedAt;
    private LogCursor _last;

    public bool IsFull => _items.Count >= limit || _lookedAt >= maxLookedAt;

    public void LookAt(LogCursor place)
    {
        _last = place;
        _lookedAt++;
    }

    public void Add(T item) => _items.Add(item);

    public Page<T> ToPage(bool end) => new(_items, end || _lookedAt == 0 ? null : _last.ToString());
}
