using System.Security.Cryptography;
using System.Text.Json;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>
/// Takes deliveries into the index, some at a time. A step says in the file of statistics how far it will get before it reads,
/// so that whatever is changed from then on is noted there, writes a segment in one transaction of the index, and then takes
/// off the notes that it has read. Killed anywhere, it goes on where it was: what was not committed is read again, and what
/// is in two segments is found once. The index's write lock is held all the while, so one process works on it at a time.
/// </summary>
internal sealed class SqliteSearchIndexer(SqliteFiles files)
{
    /// <summary>Deliveries of one step: a second's work, some ten megabytes of memory.</summary>
    public const int MaxRows = 50_000;

    /// <summary>Removed deliveries that are looked for at once.</summary>
    private const int MaxGone = 100_000;

    /// <summary>Deliveries of a step after which another is likely to follow: then its memory is used again.</summary>
    private const int BusyRows = 1_000;

    private readonly SqliteDatabase _main = files.Statistics;

    /// <summary>Used by the one writer of the index.</summary>
    private SegmentBuilder? _builder;

    /// <summary>One step.</summary>
    /// <param name="upTo">Deliveries behind this wait: they are likely to change within seconds.</param>
    /// <param name="cancellationToken">Ends the step; nothing of it stays.</param>
    /// <returns>Deliveries read; 0 when there was nothing to do.</returns>
    public async Task<int> StepAsync(long upTo, CancellationToken cancellationToken)
    {
        var (read, changed) = await files.Search.WriteAsync(session => Step(session, upTo, cancellationToken), cancellationToken);

        if (changed.Count > 0)
        {
            await _main.WriteAsync(session => Forget(session, changed), cancellationToken);
        }

        return read;
    }

    /// <summary>Steps until nothing is left.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await StepAsync(long.MaxValue, cancellationToken) > 0)
        {
        }
    }

    public long LastDelivery() => _main.Read(session => Number(session, "SELECT ifnull(max(id), 0) FROM deliveries"));

    /// <summary>Takes the words of removed deliveries out of the file.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        while (await files.Search.WriteAsync(session => Purge(session, cancellationToken), cancellationToken) is { Count: > 0 } gone)
        {
            var list = JsonSerializer.Serialize(gone);
            await _main.WriteAsync(
                session =>
                {
                    session.Prepare("DELETE FROM search_gone WHERE delivery IN (SELECT value FROM json_each(?1))").Bind(1, list).Execute();

                    return true;
                },
                cancellationToken);
        }
    }

    /// <summary>Removes everything; the next steps make the index anew.</summary>
    public Task ResetAsync(CancellationToken cancellationToken) => files.Search.WriteAsync(
        session =>
        {
            SqliteSegments.Clear(session);

            return true;
        },
        cancellationToken);

    private (int Read, List<(long Delivery, long Version)> Changed) Step(SqliteSession session, long upTo, CancellationToken cancellationToken)
    {
        var progress = SqliteSearchProgress.Read(session);
        var (state, last, changed) = _main.Read(main => (
            SqliteSearchState.Read(main), Number(main, "SELECT ifnull(max(id), 0) FROM deliveries"), ReadChanged(main, MaxRows)));

        if (!state.Follows(progress) || progress.Format != DeliveryTokens.Format || progress.Indexed > state.Reached)
        {
            // Of another file of statistics, or of another time of it, or of another MailStats.
            progress = SqliteSegments.Clear(session);
        }

        var to = Math.Min(Math.Min(last, upTo), progress.Indexed + MaxRows - changed.Count);

        if (to <= progress.Indexed && changed.Count == 0)
        {
            _builder = null;

            return (0, []);
        }

        to = Math.Max(to, progress.Indexed);
        var next = new SqliteSearchProgress(to, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)), DeliveryTokens.Format);
        // Waiting is right here: this is the thread of the index's own writer, and what it holds nobody else needs for this.
        _main.WriteAsync(main => Claim(main, to, next.Step, progress.Step), cancellationToken).GetAwaiter().GetResult();
        var read = _main.Read(main => WriteSegment(session, main, progress.Indexed, to, changed, cancellationToken));
        next.Write(session);
        SqliteSegments.RemoveBefore(session, _main.Read(main => Number(main, "SELECT ifnull(min(id), 9223372036854775807) FROM deliveries")));
        SqliteSegments.Merge(session, cancellationToken);

        return (Math.Max(read, 1), changed);
    }

    private static bool Claim(SqliteSession main, long reached, long step, long before)
    {
        main.Prepare("UPDATE search_state SET reached = max(reached, ?1), step = ?2, before = ?3").Bind(1, reached).Bind(2, step).Bind(3, before).Execute();

        return true;
    }

    private int WriteSegment(
        SqliteSession session, SqliteSession main, long after, long to, List<(long Delivery, long Version)> changed, CancellationToken cancellationToken)
    {
        var builder = _builder ?? new();
        _builder = null;
        var texts = new SearchedTexts();
        var documents = new List<SegmentDocument>();
        var (read, first, end) = (0, long.MaxValue, long.MinValue);
        const string select = "SELECT d.id, s.tenant, d.state FROM deliveries d CROSS JOIN scopes s ON s.id = d.tenant WHERE";
        Add(main.Prepare($"{select} d.id > ?1 AND d.id <= ?2 ORDER BY d.id").Bind(1, after).Bind(2, to));

        foreach (var (delivery, _) in changed)
        {
            if (delivery <= after)
            {
                Add(main.Prepare($"{select} d.id = ?1").Bind(1, delivery));
            }
        }

        if (builder.Count > 0)
        {
            var output = new SqliteSegmentOutput(session, age: null);
            builder.Write(output);
            output.End(builder.Count, first, end);
        }

        if (read >= BusyRows)
        {
            builder.Clear();
            _builder = builder;
        }

        return read;

        void Add(SqliteStatement rows)
        {
            while (rows.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var id = rows.Long(0);
                read++;

                if (TryDecode(rows.Blob(2), main) is not { } delivery)
                {
                    continue;
                }

                documents.Clear();
                DeliveryTokens.AddDocuments(id, delivery.State, documents);
                builder.Begin(documents);
                DeliveryTokens.Each(rows.Text(1), delivery.Recipient, delivery.State, texts, builder);
                (first, end) = (Math.Min(first, id), Math.Max(end, id));
            }
        }
    }

    /// <summary>Null whatever a damaged row makes of the reader: no list can show it, so nothing has to find it.</summary>
    private static StoredDelivery? TryDecode(ReadOnlySpan<byte> bytes, SqliteSession session)
    {
        try
        {
            return DeliveryCodec.Decode(bytes, session.Texts);
        }
        catch (Exception error) when (error is not SqliteException)
        {
            return null;
        }
    }

    private List<long> Purge(SqliteSession session, CancellationToken cancellationToken)
    {
        var gone = _main.Read(main => Numbers(main.Prepare("SELECT delivery FROM search_gone LIMIT ?1").Bind(1, MaxGone)));

        if (gone.Count == 0)
        {
            return gone;
        }

        // Numbers may have been given out again: such a delivery is out of the index with the one that had its number.
        var list = JsonSerializer.Serialize(gone);
        _main.WriteAsync(
            main =>
            {
                Numbers(main.Prepare("SELECT id FROM deliveries WHERE id IN (SELECT value FROM json_each(?1))").Bind(1, list))
                    .ForEach(id => SqliteSearchState.Changed(main, id));

                return true;
            },
            cancellationToken).GetAwaiter().GetResult();
        var rows = gone.ToHashSet();

        SqliteSegments.Remove(session, rows, cancellationToken);

        return gone;
    }

    private static List<(long, long)> ReadChanged(SqliteSession main, int most)
    {
        var changed = new List<(long, long)>();
        var rows = main.Prepare("SELECT delivery, version FROM search_changed LIMIT ?1").Bind(1, most);

        while (rows.Step())
        {
            changed.Add((rows.Long(0), rows.Long(1)));
        }

        return changed;
    }

    private static bool Forget(SqliteSession main, List<(long Delivery, long Version)> changed)
    {
        foreach (var (delivery, version) in changed)
        {
            main.Prepare("DELETE FROM search_changed WHERE delivery = ?1 AND version = ?2").Bind(1, delivery).Bind(2, version).Execute();
        }

        return true;
    }

    private static List<long> Numbers(SqliteStatement rows)
    {
        var numbers = new List<long>();

        while (rows.Step())
        {
            numbers.Add(rows.Long(0));
        }

        return numbers;
    }

    private static long Number(SqliteSession session, string sql)
    {
        var row = session.Prepare(sql);
        row.Step();
        var number = row.Long(0);
        row.Reset();

        return number;
    }
}
