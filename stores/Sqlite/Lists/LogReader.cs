using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Lists;

/// <summary>
/// Walks deliveries from a cursor back in time, along an index that begins with the hour. Hours in which nobody had
/// anything are jumped over. Only rows that are looked at are read.
/// </summary>
internal sealed class LogReader
{
    /// <summary>Where a time stands in its hour, as the indexes of deliveries have it.</summary>
    private const string Within = "at % 3600000000 - 1800000000";

    private const long MicrosecondsPerHour = 3_600_000_000;

    /// <summary>Hours that are looked into without asking which one has anything: what a stretch without mail costs in vain at most.</summary>
    private const int MostUnasked = 64;

    private readonly SqliteSession _session;
    private readonly SqliteStatement _rows;
    private readonly SqliteStatement _hours;
    private readonly long _firstHour;
    private long? _hour;
    private bool _reading;
    private int _unasked;
    private int _trust = 1;

    /// <param name="session">Where to read.</param>
    /// <param name="cursor">The last row of the page before; it may come again, with all of its time.</param>
    /// <param name="range">Times to stay within.</param>
    /// <param name="scope">Value of <c>?1</c>.</param>
    /// <param name="table">The table whose hours are walked.</param>
    /// <param name="sql">Gives at, delivery, status and state, at from <c>?4</c> to <c>?2</c> in hour <c>?5</c>.</param>
    public LogReader(SqliteSession session, LogCursor? cursor, TimeRange? range, long scope, string table, string sql)
    {
        _session = session;
        // The end of a range is exclusive: everything up to the last microsecond before it.
        var at = range is { } limits ? UnixTime.ToMicroseconds(limits.To) - 1 : long.MaxValue;
        var first = range is { } times ? UnixTime.ToMicroseconds(times.From) : long.MinValue;

        if (cursor is { } place && place.At <= at)
        {
            at = place.At;
        }

        _rows = session.Prepare(sql).Bind(1, scope).Bind(2, at).Bind(4, first);
        _hours = session.Prepare($"SELECT max(at / 3600000000) FROM {table} WHERE at / 3600000000 <= ?1");
        _firstHour = first / MicrosecondsPerHour;
        _hour = HourUpTo(at / MicrosecondsPerHour);
        Advance();
    }

    /// <summary>
    /// The statement for deliveries of a tenant, domain or mailbox that failed (were rejected, deferred or bounced), or for all
    /// others. Its conditions are written as its index is.
    /// </summary>
    public static string Deliveries(string column, bool failed) =>
        $"""
        SELECT at, id, status, state FROM deliveries INDEXED BY deliveries_by_{column}
        WHERE at / 3600000000 = ?5 AND 2 * {column} + ((106 >> status) & 1) = 2 * ?1 + {(failed ? 1 : 0)}
        AND {Within} <= ?2 - ?5 * 3600000000 - 1800000000 AND {Within} >= ?4 - ?5 * 3600000000 - 1800000000
        ORDER BY {Within} DESC
        """;

    public bool HasRow { get; private set; }

    public long At { get; private set; }

    public DeliveryStatus Status { get; private set; }

    /// <summary>False, and told, where it cannot be read.</summary>
    public bool TryDelivery(UnreadableRows unreadable, out StoredDelivery delivery) => unreadable.TryDecode(_rows.Blob(3), _session.Texts, out delivery);

    /// <summary>The reader whose row is the latest; null when all are at their end.</summary>
    public static LogReader? Latest(List<LogReader> readers)
    {
        LogReader? latest = null;

        foreach (var reader in readers)
        {
            if (reader.HasRow && (latest is null || reader.At > latest.At))
            {
                latest = reader;
            }
        }

        return latest;
    }

    public void Advance()
    {
        HasRow = false;

        while (_hour is { } hour)
        {
            if (!_reading)
            {
                _rows.Bind(5, hour);
                _reading = true;
            }

            if (_rows.Step())
            {
                (At, Status) = (_rows.Long(0), (DeliveryStatus)_rows.Int(2));
                HasRow = true;

                return;
            }

            _reading = false;
            _hour = HourBefore(hour);
        }
    }

    public void Close() => _rows.Reset();

    /// <summary>
    /// The next hour to look into. Asking which one has anything costs as much as looking, and where mail goes on around the clock it is
    /// the one before: the longer that holds, the less often it is asked.
    /// </summary>
    private long? HourBefore(long hour)
    {
        if (_unasked > 0 && hour > _firstHour)
        {
            _unasked--;

            return hour - 1;
        }

        var found = HourUpTo(hour - 1);
        _trust = found == hour - 1 ? Math.Min(2 * _trust, MostUnasked) : 1;
        _unasked = _trust - 1;

        return found;
    }

    /// <summary>The latest hour up to one in which there is anything at all, null before the first.</summary>
    private long? HourUpTo(long hour)
    {
        _hours.Bind(1, hour).Step();
        var found = _hours.LongOrNull(0);
        _hours.Reset();

        return found >= _firstHour ? found : null;
    }
}
