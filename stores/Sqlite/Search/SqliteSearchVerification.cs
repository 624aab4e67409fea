using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>Compares what the index says with what the deliveries say that it has taken in.</summary>
internal sealed class SqliteSearchVerification(SqliteFiles files, SqliteSearchIndexer indexer)
{
    /// <summary>Deliveries that the index does not have as they are. With <paramref name="repair"/> it is made anew when there are any.</summary>
    public async Task<long> VerifyAsync(bool repair, List<string> examples, int most, CancellationToken cancellationToken)
    {
        var differences = await Task.Run(() => files.Statistics.Read(session => Compare(session, examples, most, cancellationToken)), cancellationToken);

        if (repair && differences > 0)
        {
            await indexer.ResetAsync(cancellationToken);
            await indexer.CatchUpAsync(cancellationToken);
        }

        return differences;
    }

    private long Compare(SqliteSession session, List<string> examples, int most, CancellationToken cancellationToken)
    {
        var state = SqliteSearchState.Read(session);
        var check = new SegmentCheck();

        try
        {
            var progress = files.Search.Read(index =>
            {
                var read = SqliteSearchProgress.Read(index);
                SqliteSegment.ReadAll(index).ForEach(segment => check.Add(segment, cancellationToken));

                return read;
            });

            // An index that is not asked at all, because it is to be made anew, says nothing wrong.
            return state.Follows(progress) && progress.Format == DeliveryTokens.Format
                ? Compare(session, check, progress.Indexed, examples, most, cancellationToken)
                : 0;
        }
        catch (Exception error) when (error is StorageUnavailableException || SegmentDamage.Shows(error))
        {
            examples.Add("search index: it cannot be read (" + error.Message + ")");

            return 1;
        }
    }

    private static long Compare(
        SqliteSession session, SegmentCheck check, long indexed, List<string> examples, int most, CancellationToken cancellationToken)
    {
        var differences = 0L;
        var texts = new SearchedTexts();
        var documents = new List<SegmentDocument>();
        var rows = session.Prepare(
            """
            SELECT d.id, s.tenant, d.state FROM deliveries d CROSS JOIN scopes s ON s.id = d.tenant
            WHERE d.id <= ?1 AND NOT EXISTS (SELECT 1 FROM search_changed c WHERE c.delivery = d.id) ORDER BY d.id
            """).Bind(1, indexed);

        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();

            if (TryDecode(rows.Blob(2), session) is not { } delivery)
            {
                continue;
            }

            documents.Clear();
            DeliveryTokens.AddDocuments(rows.Long(0), delivery.State, documents);
            var tokens = DeliveryTokens.All(rows.Text(1), delivery.Recipient, delivery.State, texts);

            if (!documents.TrueForAll(document => check.Has(document, tokens)))
            {
                differences++;

                if (examples.Count < most)
                {
                    examples.Add(FormattableString.Invariant($"search index: delivery {rows.Long(0)} is not in it as it is"));
                }
            }
        }

        return differences;
    }

    /// <summary>Null for a damaged row: the deliveries' own verification tells of it.</summary>
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
}
