using MailStats.Storage.Deliveries;

namespace MailStats.Storage.Sqlite;

/// <summary>Walks deliveries in the order of an index, from a cursor on. Only rows that are looked at are read.</summary>
internal sealed class LogReader
{
    private readonly SqliteSession _session;
    private readonly SqliteStatement _rows;
    private readonly LogCursor? _cursor;

    /// <param name="session">Where to read.</param>
    /// <param name="cursor">The last row of the page before.</param>
    /// <param name="range">Times to stay within.</param>
    /// <param name="scope">Value of <c>?1</c>.</param>
    /// <param name="sql">Gives at, delivery, status, recipient, state; <c>(at, delivery)</c> at most <c>(?2, ?3)</c>, at not before <c>?4</c>.</param>
    public LogReader(SqliteSession session, LogCursor? cursor, TimeRange? range, long scope, string sql)
    {
        _session = session;
        _cursor = cursor;

        // The end of a range is exclusive: everything up to the last microsecond before it.
        var at = range is { } limits ? Time.ToMicroseconds(limits.To) - 1 : long.MaxValue;
        var delivery = long.MaxValue;

        if (cursor is { } place && place.At <= at)
        {
            (at, delivery) = (place.At, place.Delivery);
        }

        _rows = session.Prepare(sql).Bind(1, scope).Bind(2, at).Bind(3, delivery)
            .Bind(4, range is { } times ? Time.ToMicroseconds(times.From) : long.MinValue);
        Advance();
    }

    public bool HasRow { get; private set; }

    public LogCursor Place { get; private set; }

    public string Recipient => _rows.Text(3);

    public DeliveryState State() => DeliveryStateCodec.Decode(_rows.Blob(4), _session.Names);

    /// <summary>The one of two readers whose row is the later; null when both are at their end.</summary>
    public static LogReader? Later(LogReader left, LogReader right)
    {
        if (!left.HasRow || !right.HasRow)
        {
            return left.HasRow ? left : right.HasRow ? right : null;
        }

        return Compare(left.Place, right.Place) >= 0 ? left : right;
    }

    public void Advance()
    {
        do
        {
            HasRow = _rows.Step();
            Place = HasRow ? new(_rows.Long(0), _rows.Long(1), _rows.Int(2)) : default;
        }
        while (HasRow && _cursor is { } cursor && Compare(Place, cursor) >= 0);
    }

    public void Close() => _rows.Reset();

    private static int Compare(LogCursor left, LogCursor right)
    {
        var order = left.At.CompareTo(right.At);
        order = order != 0 ? order : left.Delivery.CompareTo(right.Delivery);

        return order != 0 ? order : left.Status.CompareTo(right.Status);
    }
}
