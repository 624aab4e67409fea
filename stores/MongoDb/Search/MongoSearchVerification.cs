using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>Compares what the index says with what the deliveries say that it has taken in, in one snapshot.</summary>
internal sealed class MongoSearchVerification(MongoDatabase database, MongoTexts texts, MongoSearchIndexer indexer)
{
    /// <summary>Deliveries that the index does not have as they are. With <paramref name="repair"/> it is made anew when there are any.</summary>
    public Task<long> VerifyAsync(bool repair, List<string> examples, int most, CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            using var snapshot = await database.StartSnapshotAsync(cancellationToken);
            var differences = await Task.Run(() => Compare(snapshot, examples, most, cancellationToken), cancellationToken);

            if (repair && differences > 0)
            {
                await indexer.ResetAsync(cancellationToken);
                await indexer.CatchUpAsync(cancellationToken);
            }

            return differences;
        },
        cancellationToken);

    private long Compare(IClientSessionHandle snapshot, List<string> examples, int most, CancellationToken cancellationToken)
    {
        if (!MongoSearchIndexer.IsComplete(MongoSearchIndexer.ReadManifest(database, snapshot)))
        {
            return 0;
        }

        var check = new SegmentCheck();

        try
        {
            MongoSegment.ReadAll(database, snapshot).ForEach(segment => check.Add(segment, cancellationToken));
        }
        catch (Exception error) when (SegmentDamage.Shows(error))
        {
            examples.Add("search index: it cannot be read (" + error.Message + ")");

            return 1;
        }

        var differences = 0L;
        var words = new SearchedTexts();
        var documents = new List<SegmentDocument>();

        foreach (var row in database.Deliveries.Find(snapshot, new BsonDocument("u", new BsonDocument("$exists", false))).ToEnumerable(cancellationToken))
        {
            if (TryRead(row) is not { } delivery)
            {
                continue;
            }

            documents.Clear();
            DeliveryTokens.AddDocuments(row["h"].ToInt64(), delivery.State, documents);
            var tokens = DeliveryTokens.All(row["t"].AsString, delivery.Recipient, delivery.State, words);

            if (!documents.TrueForAll(document => check.Has(document, tokens)))
            {
                differences++;

                if (examples.Count < most)
                {
                    examples.Add(FormattableString.Invariant($"search index: delivery {row["h"]} is not in it as it is"));
                }
            }
        }

        return differences;
    }

    /// <summary>Null for a damaged row: the deliveries' own verification tells of it.</summary>
    private StoredDelivery? TryRead(BsonDocument row)
    {
        try
        {
            return texts.Read(row);
        }
        catch (Exception error) when (error is not (MongoException or TimeoutException or OperationCanceledException))
        {
            return null;
        }
    }
}
