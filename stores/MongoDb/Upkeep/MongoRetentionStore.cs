using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

internal sealed class MongoRetentionStore(MongoDatabase database, MongoTexts texts, MongoSearchIndexer indexer) : IRetentionStore
{
    private const int AtOnce = 500;

    public async Task<TrimResult> TrimAsync(DateTimeOffset deliveriesBefore, DateTimeOffset rollupsBefore, CancellationToken cancellationToken)
    {
        var before = UnixTime.ToMicroseconds(deliveriesBefore);
        var deliveries = 0L;

        foreach (var tenant in await TenantsAsync(cancellationToken))
        {
            while (await database.TransactAsync((session, token) => TrimDeliveriesAsync(session, tenant, before, token), cancellationToken) is > 0 and var some)
            {
                deliveries += some;
            }
        }

        await indexer.PurgeAsync(cancellationToken);

        // Whole days, so that no day is left with some of its quarter hours missing. First, counting there stops.
        var day = UnixTime.FloorDivide(UnixTime.QuarterOf(rollupsBefore), 96);
        await database.UseAsync(
            () => database.Facts.UpdateOneAsync(
                new BsonDocument("_id", "rollups"), new BsonDocument("$max", new BsonDocument("firstQuarter", day * 96)),
                new() { IsUpsert = true }, cancellationToken),
            cancellationToken);
        var rollups = await database.UseAsync(() => RemoveRollupsAsync(day, cancellationToken), cancellationToken);

        foreach (var tier in Enum.GetValues<TallyTier>())
        {
            var bucket = tier.BucketOf(UnixTime.StartOfQuarter(day * 96));
            rollups += await RemoveAsync(database.Tallies, (int)tier, bucket, cancellationToken);
            await RemoveAsync(database.ErasedTallies, (int)tier, bucket, cancellationToken);
        }

        await TrimErasedAsync(day * 96, cancellationToken);

        return new(deliveries, rollups);
    }

    /// <summary>The rows of providers and reasons first: they are found by the row of their scope and day.</summary>
    private async Task<long> RemoveRollupsAsync(long before, CancellationToken cancellationToken)
    {
        var removed = 0L;

        while (true)
        {
            var rows = await database.Rollups.Find(new BsonDocument("b", new BsonDocument("$lt", before)))
                .Project<BsonDocument>(new BsonDocument("_id", 1))
                .Limit(AtOnce)
                .ToListAsync(cancellationToken);

            if (rows.Count == 0)
            {
                return removed;
            }

            var named = rows.ConvertAll(row => new DeleteManyModel<BsonDocument>(MongoRollupKeys.NamedOf(row["_id"])));

            foreach (var collection in new[] { database.Providers, database.Reasons })
            {
                removed += (await collection.BulkWriteAsync(named, new() { IsOrdered = false }, cancellationToken)).DeletedCount;
            }

            var keys = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(rows.Select(row => row["_id"]))));
            removed += (await database.Rollups.DeleteManyAsync(keys, cancellationToken)).DeletedCount;
        }
    }

    /// <summary>Row by row on the server: MongoDB yields between them, so writers are never held up.</summary>
    private Task<long> RemoveAsync(IMongoCollection<BsonDocument> collection, int tier, long before, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => (await collection.DeleteManyAsync(
                new BsonDocument { { "l", tier }, { "b", new BsonDocument("$lt", before) } }, cancellationToken)).DeletedCount,
            cancellationToken);

    /// <summary>What an erased delivery counts for, once nothing counts there and its events would be ignored for their age alone.</summary>
    private Task<bool> TrimErasedAsync(long firstQuarter, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                const string Trimmed = "trimmed:";
                var facts = await database.Facts.Find(new BsonDocument("_id", new BsonRegularExpression("^" + Trimmed))).ToListAsync(cancellationToken);

                foreach (var fact in facts)
                {
                    var before = Math.Min(firstQuarter, UnixTime.QuarterOf(fact["acceptedBefore"].ToInt64()));
                    await database.Erased.DeleteManyAsync(
                        new BsonDocument
                        {
                            { "t", fact["_id"].AsString[Trimmed.Length..] }, { "quarter", new BsonDocument("$lt", before) },
                        },
                        cancellationToken);
                }

                return true;
            },
            cancellationToken);

    /// <summary>All that have deliveries, by the index of the lists.</summary>
    private Task<List<string>> TenantsAsync(CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            using var tenants = await database.Deliveries.DistinctAsync<string>("t", new BsonDocument(), cancellationToken: cancellationToken);

            return await tenants.ToListAsync(cancellationToken);
        },
        cancellationToken);

    private async Task<int> TrimDeliveriesAsync(IClientSessionHandle session, string tenant, long before, CancellationToken cancellationToken)
    {
        var rows = await database.Deliveries
            .Find(session, new BsonDocument { { "t", tenant }, { "at", new BsonDocument("$lt", before) } })
            .Sort(new BsonDocument("at", 1))
            .Limit(AtOnce)
            .ToListAsync(cancellationToken);

        if (rows.Count == 0)
        {
            return 0;
        }

        var (acceptedBefore, talliedBefore) = (0L, 0L);

        foreach (var row in rows)
        {
            if (texts.TryRead(row, out var delivery))
            {
                acceptedBefore = Math.Max(acceptedBefore, delivery.State.AcceptedAt + 1);
                talliedBefore = Math.Max(talliedBefore, TallyContribution.Until(delivery.State));
            }
            else
            {
                // Kept as a repair keeps it. When it was accepted is not known, but before its last event.
                var at = row["at"].ToInt64() + 1;
                (acceptedBefore, talliedBefore) = (Math.Max(acceptedBefore, at), Math.Max(talliedBefore, at));
                await database.Damaged.ReplaceOneAsync(
                    session, new BsonDocument("_id", row["_id"]), row, new ReplaceOptions { IsUpsert = true }, cancellationToken);
            }
        }

        await database.Facts.UpdateOneAsync(
            session,
            new BsonDocument("_id", "trimmed:" + tenant),
            new BsonDocument("$max", new BsonDocument
            {
                { "acceptedBefore", acceptedBefore }, { "talliedBefore", talliedBefore },
            }),
            new() { IsUpsert = true },
            cancellationToken);

        var ids = new BsonDocument("$in", new BsonArray(rows.Select(row => row["_id"])));
        await database.Earlier.DeleteManyAsync(session, new BsonDocument("e", ids), cancellationToken: cancellationToken);
        await database.Deliveries.DeleteManyAsync(session, new BsonDocument("_id", ids), cancellationToken: cancellationToken);
        await MongoSearchIndexer.AddGoneAsync(database, session, rows, cancellationToken);

        return rows.Count;
    }
}
