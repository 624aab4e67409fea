using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>Fills pages by the index. Deliveries, their marks and the index are read in one snapshot.</summary>
internal sealed class MongoSearch(MongoDatabase database, MongoTexts texts)
{
    /// <summary>False when the index cannot be asked; then what is in the page does not count.</summary>
    public bool TryFill<T>(
        IClientSessionHandle snapshot, SegmentQuestion question, LogSelection<T> selection, LogPage<T> page, CancellationToken cancellationToken)
        where T : class
    {
        if (!MongoSearchIndexer.IsComplete(MongoSearchIndexer.ReadManifest(database, snapshot)) || Awaited(snapshot, selection) is not { } awaited)
        {
            return false;
        }

        try
        {
            IndexedLog.Fill(
                MongoSegment.ReadAll(database, snapshot).Select(segment => ((ISegmentInput)segment, segment.FirstAt)), awaited, selection, question, page,
                (SegmentDocument document, out SegmentDocument? displaced) =>
                {
                    displaced = null;

                    return Offer(snapshot, document, selection, page);
                },
                cancellationToken);

            return true;
        }
        catch (Exception error) when (SegmentDamage.Shows(error))
        {
            // The index is damaged. It only says where to look; verify says so, and makes it anew.
            return false;
        }
    }

    /// <summary>What the index lacks; null where that is too much.</summary>
    private List<SegmentDocument>? Awaited<T>(IClientSessionHandle snapshot, LogSelection<T> selection)
        where T : class
    {
        var (earliest, latest) = IndexedLog.Times(selection);
        var marked = database.Deliveries.Find(snapshot, new BsonDocument("u", new BsonDocument("$exists", true)))
            .Project<BsonDocument>(new BsonDocument { { "t", 1 }, { "h", 1 }, { "at", 1 } }).Limit(IndexedLog.MaxAwaited + 1).ToList();

        if (marked.Count > IndexedLog.MaxAwaited)
        {
            return null;
        }

        var documents = marked.ConvertAll(row => new SegmentDocument(row["h"].ToInt64(), row["at"].ToInt64(), 0));

        if (selection.WithEarlier)
        {
            foreach (var some in marked.Chunk(1_000))
            {
                documents.AddRange(database.Earlier
                    .Find(snapshot, new BsonDocument("e", new BsonDocument("$in", new BsonArray(some.Select(row => row["_id"]))))).ToList()
                    .Select(row => new SegmentDocument(row["h"].ToInt64(), row["at"].ToInt64(), row["s"].ToInt32())));
            }
        }

        documents.RemoveAll(document => document.At < earliest || document.At > latest);

        return documents;
    }

    private bool Offer<T>(IClientSessionHandle snapshot, SegmentDocument document, LogSelection<T> selection, LogPage<T> page)
        where T : class
    {
        if (document.Earlier != 0 && !selection.WithEarlier)
        {
            return false;
        }

        var place = new BsonDocument { { "t", selection.Scope.TenantId }, { "at", document.At }, { "h", document.Row } };
        var row = document.Earlier == 0
            ? database.Deliveries.Find(snapshot, place).FirstOrDefault()
            : database.Earlier.Find(snapshot, place.Add("s", document.Earlier)).FirstOrDefault() is { } earlier
                ? database.Deliveries.Find(snapshot, new BsonDocument("_id", earlier["e"])).FirstOrDefault()
                : null;

        if (row is null)
        {
            // Removed, or changed: then it is marked, or in a newer segment.
            return false;
        }

        if (!texts.TryRead(row, out var delivery))
        {
            return false;
        }

        var (messageKey, recipient, state) = delivery;
        var status = (DeliveryStatus)(document.Earlier == 0 ? row["s"].ToInt32() : document.Earlier);

        return selection.Take(page, document.At, new(messageKey, recipient, state, status));
    }
}
