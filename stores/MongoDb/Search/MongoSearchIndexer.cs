using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>
/// Takes deliveries into the index, some at a time. Every write of a delivery marks it with a number of its own (<c>u</c>). A
/// step reads marked deliveries in a snapshot, writes the parts of a segment, makes the segment count in a transaction, and
/// takes off the marks that are still those it read. Killed anywhere, or overtaken by another replica, it loses nothing: what
/// is marked is read again, and what is in two segments is found once.
/// </summary>
internal sealed class MongoSearchIndexer(MongoDatabase database, MongoTexts texts, TimeProvider time)
{
    /// <summary>Deliveries of one step.</summary>
    public const int MaxRows = 20_000;

    private const int MergedAtOnce = 8;
    private const int LargeSegment = 200_000;
    private const int MaxGone = 20_000;
    private const string Manifest = "search";

    /// <summary>No key comes before this one.</summary>
    private static readonly BsonBinaryData BeforeAll = new([]);

    /// <summary>Parts that no segment names are of steps that were killed, or of a snapshot that is read no more.</summary>
    private static readonly TimeSpan PartsOutlive = TimeSpan.FromMinutes(10);

    /// <summary>True when every delivery is in the index, or marked.</summary>
    public static bool IsComplete(BsonDocument? manifest) =>
        manifest is not null && manifest["format"].ToInt32() == DeliveryTokens.Format && manifest["complete"].ToBoolean();

    public static BsonDocument? ReadManifest(MongoDatabase database, IClientSessionHandle session) =>
        database.Facts.Find(session, new BsonDocument("_id", Manifest)).FirstOrDefault();

    /// <summary>In the transaction that gives deliveries other keys: an index that is being made takes them in from the first on.</summary>
    public static Task BeginAgainAsync(MongoDatabase database, IClientSessionHandle session, CancellationToken cancellationToken) =>
        database.Facts.UpdateOneAsync(
            session,
            new BsonDocument { { "_id", Manifest }, { "complete", false } },
            new BsonDocument { { "$inc", new BsonDocument("version", 1L) }, { "$set", new BsonDocument("after", BeforeAll) } },
            cancellationToken: cancellationToken);

    /// <summary>In the transaction that removes deliveries.</summary>
    public static Task AddGoneAsync(
        MongoDatabase database, IClientSessionHandle session, IReadOnlyList<BsonDocument> deliveries, CancellationToken cancellationToken) =>
        database.SearchGone.BulkWriteAsync(
            session,
            deliveries.Select(row => new BsonDocument("_id", row["h"])).Select(gone => new ReplaceOneModel<BsonDocument>(gone, gone) { IsUpsert = true }),
            new() { IsOrdered = false },
            cancellationToken);

    /// <summary>One step. Deliveries read; 0 when there was nothing to do.</summary>
    public Task<int> StepAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            using var snapshot = await database.StartSnapshotAsync(cancellationToken);
            var manifest = ReadManifest(database, snapshot);

            if (manifest is null || manifest["format"].ToInt32() != DeliveryTokens.Format)
            {
                await ResetAsync(cancellationToken);

                return 1;
            }

            var all = manifest["complete"].ToBoolean();
            var rows = all ? Marked(snapshot) : Following(snapshot, manifest["after"]);

            if (rows.Count == 0 && all)
            {
                return 0;
            }

            var after = all || rows.Count == 0 ? manifest["after"] : rows[^1]["_id"];
            var next = new BsonDocument { { "complete", all || rows.Count < MaxRows }, { "after", after } };
            var segments = new List<BsonDocument>();
            var replaced = new List<string>();

            var known = MongoSegment.ReadAll(database, snapshot);

            if (rows.Count > 0)
            {
                // By what is there and not by a clock: replicas' clocks differ, and of two that write only one commits.
                segments.Add(Write(rows, known.Count > 0 ? known[0].Age + 1 : 1, cancellationToken));
            }

            var same = SegmentChoice.ToMerge(known, segment => segment.DocumentCount, MergedAtOnce, LargeSegment);

            if (same.Count > 0)
            {
                replaced.AddRange(same.Select(segment => segment.Id));
                segments.AddRange(Merge([.. same], _ => false, cancellationToken));
            }

            if (await CommitAsync(manifest, next, segments, replaced, cancellationToken))
            {
                await UnmarkAsync(rows, cancellationToken);
            }

            return Math.Max(rows.Count, 1);
        },
        cancellationToken);

    /// <summary>Steps until nothing is left.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await StepAsync(cancellationToken) > 0)
        {
        }
    }

    /// <summary>Takes the words of removed deliveries out of the index.</summary>
    public Task<bool> PurgeAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            while (true)
            {
                using var snapshot = await database.StartSnapshotAsync(cancellationToken);
                var gone = database.SearchGone.Find(snapshot, FilterDefinition<BsonDocument>.Empty).Limit(MaxGone).ToList(cancellationToken);

                if (gone.Count == 0)
                {
                    return true;
                }

                var rows = gone.Select(row => row["_id"].ToInt64()).ToHashSet();
                var segments = MongoSegment.ReadAll(database, snapshot).Where(segment => SegmentMerge.Rows(segment).Any(rows.Contains)).ToList();
                var written = segments.SelectMany(segment => Merge([segment], rows.Contains, cancellationToken)).ToList();

                if (ReadManifest(database, snapshot) is not { } manifest
                    || await CommitAsync(manifest, [], written, [.. segments.Select(segment => segment.Id)], cancellationToken))
                {
                    await database.SearchGone.DeleteManyAsync(
                        new BsonDocument("_id", new BsonDocument("$in", new BsonArray(rows))), cancellationToken);
                }
            }
        },
        cancellationToken);

    /// <summary>Removes everything; the next steps make the index anew.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        // First that it does not count; then what is in it.
        await database.Facts.UpdateOneAsync(
            new BsonDocument("_id", Manifest),
            new BsonDocument
            {
                { "$inc", new BsonDocument("version", 1L) },
                { "$set", new BsonDocument { { "format", DeliveryTokens.Format }, { "complete", false }, { "after", BeforeAll } } },
            },
            new() { IsUpsert = true },
            cancellationToken);
        await database.SearchSegments.DeleteManyAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken);
        await database.SearchParts.DeleteManyAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken);
    }

    /// <summary>Removes parts that nothing names any more.</summary>
    public Task<bool> TidyAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            // The parts first: what is written after them is not among them.
            var segments = (await database.SearchParts.Find(new BsonDocument("a", new BsonDocument("$exists", true)))
                    .Project<BsonDocument>(new BsonDocument("s", 1)).ToListAsync(cancellationToken))
                .Select(part => part["s"].AsString).ToHashSet(StringComparer.Ordinal);
            var known = await database.SearchSegments.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync(cancellationToken);
            segments.ExceptWith(known.Select(segment => segment["_id"].AsString));
            // Ids of segments begin with their time.
            var old = Guid.CreateVersion7(time.GetUtcNow() - PartsOutlive).ToString("N");
            await database.SearchParts.DeleteManyAsync(
                new BsonDocument("s", new BsonDocument("$in", new BsonArray(segments.Where(id => string.CompareOrdinal(id, old) < 0)))), cancellationToken);

            return true;
        },
        cancellationToken);

    private List<BsonDocument> Marked(IClientSessionHandle snapshot) =>
        database.Deliveries.Find(snapshot, new BsonDocument("u", new BsonDocument("$exists", true))).Limit(MaxRows).ToList();

    private List<BsonDocument> Following(IClientSessionHandle snapshot, BsonValue after) =>
        database.Deliveries.Find(snapshot, new BsonDocument("_id", new BsonDocument("$gt", after))).Sort(new BsonDocument("_id", 1)).Limit(MaxRows).ToList();

    private BsonDocument Write(List<BsonDocument> rows, long age, CancellationToken cancellationToken)
    {
        var builder = new SegmentBuilder();
        var words = new SearchedTexts();
        var documents = new List<SegmentDocument>();

        foreach (var row in rows)
        {
            documents.Clear();

            if (TryRead(row) is { } delivery)
            {
                DeliveryTokens.AddDocuments(row["h"].ToInt64(), delivery.State, documents);
                builder.Begin(documents);
                DeliveryTokens.Each(row["t"].AsString, delivery.Recipient, delivery.State, words, builder);
            }
        }

        var output = new MongoSegmentOutput(database, cancellationToken);
        builder.Write(output);

        return output.Segment(builder.Count, age);
    }

    private List<BsonDocument> Merge(List<MongoSegment> segments, Func<long, bool> isGone, CancellationToken cancellationToken)
    {
        var output = new MongoSegmentOutput(database, cancellationToken);
        var count = SegmentMerge.Write(segments, isGone, output, cancellationToken);

        return count == 0 ? [] : [output.Segment(count, segments[0].Age)];
    }

    /// <summary>Null whatever a damaged row makes of the reader: no list can show it, so nothing has to find it.</summary>
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

    /// <summary>False when another replica was faster: then what was written counts for nothing.</summary>
    private Task<bool> CommitAsync(
        BsonDocument manifest, BsonDocument changes, List<BsonDocument> segments, List<string> replaced, CancellationToken cancellationToken) =>
        database.TransactAsync(
        async (session, token) =>
        {
            var moved = await database.Facts.UpdateOneAsync(
                session,
                new BsonDocument { { "_id", Manifest }, { "version", manifest["version"] } },
                new BsonDocument { { "$inc", new BsonDocument("version", 1L) }, { "$set", changes.Set("at", time.GetUtcNow().ToUnixTimeMilliseconds()) } },
                cancellationToken: token);

            if (moved.MatchedCount == 0)
            {
                return false;
            }

            await database.SearchSegments.DeleteManyAsync(
                session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(replaced))), cancellationToken: token);

            if (segments.Count > 0)
            {
                await database.SearchSegments.InsertManyAsync(session, segments, cancellationToken: token);
            }

            return true;
        },
        cancellationToken);

    private async Task UnmarkAsync(List<BsonDocument> rows, CancellationToken cancellationToken)
    {
        foreach (var some in rows.Where(row => row.Contains("u")).Chunk(1_000))
        {
            await database.Deliveries.BulkWriteAsync(
                some.Select(row => new UpdateOneModel<BsonDocument>(
                    new BsonDocument { { "_id", row["_id"] }, { "u", row["u"] } }, new BsonDocument("$unset", new BsonDocument("u", "")))),
                new() { IsOrdered = false },
                cancellationToken);
        }
    }
}
