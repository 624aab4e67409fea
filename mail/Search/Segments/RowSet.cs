namespace MailStats.Mail.Search.Segments;

/// <summary>Rows of deliveries: one bit each where a store numbers them in turn, one by one where their numbers are hashes.</summary>
internal sealed class RowSet
{
    private const int PageBits = 12;

    /// <summary>Pages after which it is plain which kind of numbers they are, and rows of a page that make it worth having.</summary>
    private const int Plain = 64;

    private readonly Dictionary<long, ulong[]> _pages = [];
    private readonly HashSet<long> _scattered = [];
    private long _count;

    public void Add(long row)
    {
        if (_pages.Count > Plain && _count / _pages.Count < Plain)
        {
            _scattered.Add(row);

            return;
        }

        if (!_pages.TryGetValue(row >> PageBits, out var page))
        {
            _pages.Add(row >> PageBits, page = new ulong[(1 << PageBits) / 64]);
        }

        page[(row >> 6) & (page.Length - 1)] |= 1UL << (int)(row & 63);
        _count++;
    }

    public bool Contains(long row) =>
        (_pages.TryGetValue(row >> PageBits, out var page) && (page[(row >> 6) & (page.Length - 1)] & (1UL << (int)(row & 63))) != 0)
        || _scattered.Contains(row);
}
