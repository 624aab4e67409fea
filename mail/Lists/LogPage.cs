namespace MailStats.Mail.Lists;

/// <summary>
/// A page while it is being filled with rows that come the latest first, in any order within one instant: of those no more
/// are held than can still stand on the page.
/// </summary>
public sealed class LogPage<T>(int limit, LogCursor? after)
{
    private static readonly IComparer<LogCursor> LatestFirst = Comparer<LogCursor>.Create((left, right) => right.CompareTo(left));

    private readonly List<(LogCursor Place, T Item)> _items = [];
    private readonly SortedList<LogCursor, T> _instant = new(LatestFirst);
    private long _at = long.MaxValue;

    /// <summary>Whether a row of a time, and those that come after it, can still stand on the page.</summary>
    public bool Takes(long at)
    {
        if (at != _at)
        {
            End();
            _at = at;
        }

        // One more than is shown: it tells that there is a next page.
        return _items.Count <= limit;
    }

    /// <summary>A row that belongs to the list. Adding it twice changes nothing.</summary>
    public void Add(LogCursor place, T item)
    {
        if (after is { } last && place.CompareTo(last) >= 0)
        {
            return;
        }

        _instant.TryAdd(place, item);

        if (_items.Count + _instant.Count > limit + 1)
        {
            _instant.RemoveAt(_instant.Count - 1);
        }
    }

    public Page<T> ToPage()
    {
        End();

        return _items.Count > limit
            ? new([.. _items.Take(limit).Select(row => row.Item)], _items[limit - 1].Place.ToString())
            : new([.. _items.Select(row => row.Item)], null);
    }

    private void End()
    {
        foreach (var (place, item) in _instant)
        {
            _items.Add((place, item));
        }

        _instant.Clear();
    }
}
