using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>Asks deliveries whether they are what a list looks for.</summary>
internal sealed class SqliteCandidates<T>(
    SqliteSession session, UnreadableRows unreadable, long tenant, LogSelection<T> selection, LogPage<T> page)
    where T : class
{
    private readonly List<(DeliveryStatus Status, Outcome Outcome)> _earlier = [];

    /// <summary>True when the line is in the list.</summary>
    /// <param name="document">What the index, or the notes of what it lacks, say.</param>
    /// <param name="displaced">Where the line stands, when its delivery was changed after this snapshot and before the index read it.</param>
    public bool Offer(SegmentDocument document, out SegmentDocument? displaced)
    {
        displaced = null;

        if (document.Earlier != 0 && !selection.WithEarlier)
        {
            return false;
        }

        var row = session.Prepare("SELECT tenant, at, status, state FROM deliveries WHERE id = ?1").Bind(1, document.Row);

        if (!row.Step())
        {
            return false;
        }

        try
        {
            if (row.Long(0) != tenant)
            {
                return false;
            }

            if (document.Earlier == 0 && row.Long(1) != document.At)
            {
                // A later time is told by what came to the index, or to its notes, after this.
                displaced = row.Long(1) < document.At ? document with { At = row.Long(1) } : null;

                return false;
            }

            if (!unreadable.TryDecode(row.Blob(3), session.Texts, out var delivery))
            {
                return false;
            }

            var (messageKey, recipient, state) = delivery;
            var status = (DeliveryStatus)(document.Earlier == 0 ? row.Int(2) : document.Earlier);

            return (document.Earlier == 0 || HasEarlier(state, document))
                && selection.Take(page, document.At, new(messageKey, recipient, state, status));
        }
        finally
        {
            row.Reset();
        }
    }

    private bool HasEarlier(DeliveryState state, SegmentDocument document)
    {
        _earlier.Clear();
        state.AddEarlierActivities(_earlier);

        return _earlier.Exists(activity => (int)activity.Status == document.Earlier && activity.Outcome.At == document.At);
    }
}
