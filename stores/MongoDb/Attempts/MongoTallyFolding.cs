using System.Runtime.InteropServices;
using MailStats.Mail.Attempts;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Attempts;

/// <summary>
/// Puts together the sheets of one stretch of time, each in a short transaction that only another upkeep can conflict with. The
/// one that stays keeps the greatest id of those it is made of: a reader of the changes who has that id has read them all.
/// </summary>
internal sealed class MongoTallyFolding(MongoDatabase database)
{
    private const int SheetsAtOnce = 10_000;

    private static readonly ProjectionDefinition<BsonDocument> Place = new BsonDocument { { "t", 1 }, { "l", 1 }, { "b", 1 }, { "w", 1 } };

    /// <summary>Stretches of time that are over, or have many sheets. Returns how many were put together.</summary>
    public async Task<int> MergeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var loose = await FindAsync(new("o", true), cancellationToken);
        var due = loose.GroupBy(MongoTallies.PlaceOf)
            .Where(place => place.Key.Tier.IsDue(place.Key.Bucket, place.Count(), place.Max(sheet => sheet["w"].ToInt64()), now))
            .Select(place => place.Key)
            .Take(TallyFolding.PlacesAtOnce)
            .ToList();

        foreach (var place in due)
        {
            await FoldAsync([MongoTallies.Within(place.TenantId, place.Tier, place.Bucket, place.Bucket + 1)], place, cancellationToken);
        }

        return due.Count;
    }

    /// <summary>What is older than its tier is kept goes into the coarser one, a bucket of that at a time.</summary>
    public async Task<int> AgeAsync(TallyTier tier, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var coarser = tier.Coarser()!.Value;
        var old = await FindAsync(
            new()
            {
                { "l", (int)tier }, { "b", new BsonDocument("$lt", tier.BucketOf(now - tier.Kept())) },
                { "w", new BsonDocument("$lt", (now - TallyFolding.Unread).ToUnixTimeSeconds()) },
            },
            cancellationToken);
        var places = old.Select(sheet => MongoTallies.PlaceOf(sheet).Coarser()).Distinct().Take(TallyFolding.PlacesAtOnce).ToList();

        foreach (var place in places)
        {
            var (from, to) = (tier.BucketOf(coarser.StartOf(place.Bucket)), tier.BucketOf(coarser.StartOf(place.Bucket + 1)));
            await FoldAsync(
                [MongoTallies.Within(place.TenantId, tier, from, to), MongoTallies.Within(place.TenantId, coarser, place.Bucket, place.Bucket + 1)],
                place,
                cancellationToken);
        }

        return places.Count;
    }

    private Task<List<BsonDocument>> FindAsync(BsonDocument which, CancellationToken cancellationToken) => database.UseAsync(
        () => database.Tallies.Find(which)
            .Sort(new BsonDocument { { "t", 1 }, { "l", 1 }, { "b", 1 } })
            .Limit(SheetsAtOnce)
            .Project(Place)
            .ToListAsync(cancellationToken),
        cancellationToken);

    private Task<bool> FoldAsync(BsonDocument[] parts, TallyPlace place, CancellationToken cancellationToken) => database.TransactAsync(
        async (session, token) =>
        {
            var counts = new Dictionary<TallyKey, long>();
            var ids = new List<ObjectId>();
            var written = 0L;

            foreach (var part in parts)
            {
                foreach (var sheet in await database.Tallies.Find(session, part).ToListAsync(token))
                {
                    ids.Add(sheet["_id"].AsObjectId);
                    written = Math.Max(written, sheet["w"].ToInt64());
                    MongoTallies.Read(sheet, (key, count) => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count);
                }
            }

            // Another upkeep was faster.
            if (ids.Count == 0)
            {
                return false;
            }

            await ReplaceAsync(session, place, ids, counts, DateTimeOffset.FromUnixTimeSeconds(written), token);

            return true;
        },
        cancellationToken);

    private async Task ReplaceAsync(
        IClientSessionHandle session, TallyPlace place, List<ObjectId> ids, Dictionary<TallyKey, long> counts, DateTimeOffset written,
        CancellationToken cancellationToken)
    {
        var id = ids.Max();
        var chunks = counts.Where(count => count.Value != 0).Select(count => new TallyCount(count.Key, count.Value)).Chunk(TallyFolding.MostCounts).ToList();

        if (chunks.Count > 0)
        {
            ids.Remove(id);
            await database.Tallies.ReplaceOneAsync(
                session, new BsonDocument("_id", id), MongoTallies.SheetOf(id, place, chunks[0], loose: false, written), cancellationToken: cancellationToken);
        }

        foreach (var more in chunks.Skip(1))
        {
            var sheet = MongoTallies.SheetOf(ObjectId.GenerateNewId(written.UtcDateTime), place, more, loose: false, written);
            await database.Tallies.InsertOneAsync(session, sheet, cancellationToken: cancellationToken);
        }

        if (ids.Count > 0)
        {
            await database.Tallies.DeleteManyAsync(
                session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids))), cancellationToken: cancellationToken);
        }
    }
}
