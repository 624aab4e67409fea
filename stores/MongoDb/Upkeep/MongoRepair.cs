using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

/// <summary>
/// Mends in short transactions while events are applied. What a row's numbers lack does not change meanwhile: every
/// application moves a row by the right amount, so a row that was off by three stays off by three. Therefore the
/// error is added, whenever its turn comes, and nobody has to wait for a recount.
/// </summary>
internal sealed class MongoRepair(MongoDatabase database, MongoTexts texts, TimeProvider time)
{
    private const int RowsAtOnce = 500;
    private const int DeliveriesAtOnce = 100;

    /// <summary>Says how often rows of a tenant have been mended.</summary>
    public static string FactOf(string tenant) => "repairs:" + tenant;

    public async Task MendAsync(MongoFindings found, CancellationToken cancellationToken)
    {
        var repairs = found.Repairs;

        foreach (var some in found.Rollups.GroupBy(row => row.Collection).SelectMany(rows => rows.Chunk(RowsAtOnce)))
        {
            await database.TransactAsync((session, token) => AddErrorsAsync(session, found.Tenant, some, repairs, token), cancellationToken);
            repairs++;
        }

        if (found.Lacking.ByPlace().Any())
        {
            await database.TransactAsync((session, token) => AddSheetsAsync(session, found.Tenant, found.Lacking, repairs, token), cancellationToken);
        }

        foreach (var row in found.Damaged)
        {
            await database.TransactAsync((session, token) => SetAsideAsync(session, row, token), cancellationToken);
        }

        foreach (var some in found.Unlike.Chunk(DeliveriesAtOnce))
        {
            await database.TransactAsync((session, token) => DeriveAgainAsync(session, new(some), token), cancellationToken);
        }
    }

    /// <summary>Keeps what is left of a damaged row where nothing trips over it.</summary>
    private async Task<bool> SetAsideAsync(IClientSessionHandle session, BsonDocument row, CancellationToken cancellationToken)
    {
        var id = new BsonDocument("_id", row["_id"]);
        await database.Damaged.ReplaceOneAsync(session, id, row, new ReplaceOptions { IsUpsert = true }, cancellationToken);
        await database.Deliveries.DeleteOneAsync(session, id, cancellationToken: cancellationToken);
        await database.Earlier.DeleteManyAsync(session, new BsonDocument("e", row["_id"]), cancellationToken: cancellationToken);

        return true;
    }

    /// <summary>An error is added once: not after another repair that began from the same rows.</summary>
    private async Task CountRepairAsync(IClientSessionHandle session, string tenant, long repairs, CancellationToken cancellationToken)
    {
        var before = await database.Facts.FindOneAndUpdateAsync<BsonDocument>(
            session,
            new BsonDocument("_id", FactOf(tenant)),
            new BsonDocument("$inc", new BsonDocument("repairs", 1L)),
            new() { IsUpsert = true, ReturnDocument = ReturnDocument.Before },
            cancellationToken);

        if ((before?["repairs"].ToInt64() ?? 0) != repairs)
        {
            throw new InvalidOperationException($"Another repair of tenant {tenant} was made meanwhile. Verify again.");
        }

    }

    /// <summary>What is missing, as sheets more: sheets add up.</summary>
    private async Task<bool> AddSheetsAsync(
        IClientSessionHandle session, string tenant, Tally lacking, long repairs, CancellationToken cancellationToken)
    {
        await CountRepairAsync(session, tenant, repairs, cancellationToken);
        await MongoTallies.AppendAsync(database.Tallies, session, lacking, time.GetUtcNow(), cancellationToken);

        return true;
    }

    private async Task<bool> AddErrorsAsync(
        IClientSessionHandle session, string tenant, MongoRowError[] rows, long repairs, CancellationToken cancellationToken)
    {
        await CountRepairAsync(session, tenant, repairs, cancellationToken);
        await MongoRollupRows.AddAsync(rows[0].Collection, session, [.. rows.Select(row => row.Lacks)], cancellationToken);

        return true;
    }

    /// <summary>From the states as they are now.</summary>
    private async Task<bool> DeriveAgainAsync(IClientSessionHandle session, BsonArray keys, CancellationToken cancellationToken)
    {
        var rows = await database.Deliveries.Find(session, new BsonDocument("_id", new BsonDocument("$in", keys))).ToListAsync(cancellationToken);
        await database.Earlier.DeleteManyAsync(session, new BsonDocument("e", new BsonDocument("$in", keys)), cancellationToken: cancellationToken);

        var right = new List<WriteModel<BsonDocument>>();
        var earlier = new List<BsonDocument>();

        foreach (var row in rows)
        {
            var delivery = texts.Read(row);
            var marked = MongoDerived.Right(row, delivery).Set("u", Random.Shared.NextInt64());
            right.Add(new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", row["_id"]), marked));
            earlier.AddRange(MongoDerived.EarlierOf(MongoDerived.Right(row, delivery), delivery.State));
        }

        // Writes of nothing are an error.
        if (right.Count > 0)
        {
            await database.Deliveries.BulkWriteAsync(session, right, new() { IsOrdered = false }, cancellationToken);
        }

        if (earlier.Count > 0)
        {
            await database.Earlier.InsertManyAsync(session, earlier, cancellationToken: cancellationToken);
        }

        return true;
    }
}
