using MailStats.Mail.Lists;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>Fills pages by the index, from one snapshot of the statistics and one of the index.</summary>
internal sealed class SqliteSearch(SqliteFiles files, UnreadableRows unreadable)
{
    /// <summary>An index that is newer than the snapshot of the statistics asks for a newer one.</summary>
    private const int MaxSnapshots = 3;

    /// <summary>False when the index cannot be asked; then nothing is in the page.</summary>
    public bool TryFill<T>(
        SqliteSession session, long tenant, SegmentQuestion question, LogSelection<T> selection, LogPage<T> page, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            for (var snapshot = 0; snapshot < MaxSnapshots; snapshot++)
            {
                if (snapshot > 0)
                {
                    session.Execute("COMMIT");
                    session.Execute("BEGIN");
                }

                // The statistics first: what is taken off their notes by now is in the index that is read after them.
                var state = SqliteSearchState.Read(session);
                var filled = files.Search.Read(index => Fill(session, index, state, tenant, question, selection, page, cancellationToken));

                if (filled is { } done)
                {
                    return done;
                }
            }

            return false;
        }
        catch (Exception error) when (error is StorageUnavailableException || SegmentDamage.Shows(error))
        {
            // The index is damaged. It only says where to look; verify says so, and makes it anew.
            return false;
        }
    }

    private bool? Fill<T>(
        SqliteSession session, SqliteSession index, SqliteSearchState state, long tenant, SegmentQuestion question, LogSelection<T> selection,
        LogPage<T> page, CancellationToken cancellationToken)
        where T : class
    {
        var progress = SqliteSearchProgress.Read(index);

        if (!state.Follows(progress))
        {
            return null;
        }

        var (earliest, latest) = IndexedLog.Times(selection);

        if (progress.Format != DeliveryTokens.Format || Awaited(session, progress.Indexed, selection.WithEarlier, latest, earliest) is not { } awaited)
        {
            return false;
        }

        var candidates = new SqliteCandidates<T>(session, unreadable, tenant, selection, page);
        IndexedLog.Fill(
            SqliteSegment.ReadAll(index).Select(segment => ((ISegmentInput)segment, segment.FirstAt)), awaited, selection, question, page,
            candidates.Offer, cancellationToken);

        return true;
    }

    /// <summary>What the index lacks; null where that is too much.</summary>
    private static List<SegmentDocument>? Awaited(SqliteSession session, long indexed, bool withEarlier, long latest, long earliest)
    {
        var documents = new List<SegmentDocument>();
        Add(session.Prepare("SELECT id, at, 0 FROM deliveries WHERE id > ?1 LIMIT ?2").Bind(1, indexed).Bind(2, IndexedLog.MaxAwaited + 1));
        Add(session.Prepare("SELECT d.id, d.at, 0 FROM search_changed c CROSS JOIN deliveries d ON d.id = c.delivery LIMIT ?1")
            .Bind(1, IndexedLog.MaxAwaited + 1));

        if (withEarlier && documents.Count <= IndexedLog.MaxAwaited)
        {
            Add(session.Prepare("SELECT delivery, at, status FROM earlier_activities WHERE delivery > ?1").Bind(1, indexed));
            Add(session.Prepare("SELECT e.delivery, e.at, e.status FROM search_changed c CROSS JOIN earlier_activities e ON e.delivery = c.delivery"));
        }

        return documents.Count > IndexedLog.MaxAwaited ? null : documents;

        void Add(SqliteStatement rows)
        {
            while (rows.Step())
            {
                var at = rows.Long(1);

                if (at <= latest && at >= earliest)
                {
                    documents.Add(new(rows.Long(0), at, rows.Int(2)));
                }
            }
        }
    }
}
