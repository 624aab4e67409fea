using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>What a database is brought to before it is used: indexes, the schema's number, the mark that figures are to be counted again.</summary>
internal sealed class MongoSchema(IMongoDatabase database)
{
    /// <summary>The mark that everything is to be counted again (decision 27).</summary>
    public static readonly BsonDocument Recount = new("_id", "recount");

    private const int IndexNotFound = 27;

    private const int SchemaVersion = 7;

    /// <summary>
    /// The oldest schema whose MailStats can work on what this one writes. Old replicas start beside new ones while these
    /// are rolled out, so a new schema only adds what old code does not look at, and this is raised where that cannot be.
    /// 2: deliveries are written in layout 2, which older programs do not read. 3: older programs would neither mark for the
    /// search index what they write nor count attempts. 4: rollups have rows by writer, of which older programs would show each for itself
    /// and remove some that still count. 5: what is reserved stands in shares as well, which older programs do not add.
    /// 6: rollups have a row for each day. 7: deliveries have their id as key, and numbers for texts.
    /// </summary>
    private const int OldestCompatible = 7;

    /// <summary>The figures that the rollups have. One more when releases begin to count what earlier ones did not: 2 has complaints.</summary>
    private const int Figures = 2;

    private readonly IMongoCollection<BsonDocument> _facts = database.GetCollection<BsonDocument>("facts");

    /// <summary>Safe to run at any number of processes at once, and again.</summary>
    /// <exception cref="InvalidOperationException">The server is no replica set, or the database is of a newer MailStats.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var server = await database.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1), ReadPreference.Primary, cancellationToken);

        if (!server.Contains("setName") && server.GetValue("msg", "") != "isdbgrid")
        {
            throw new InvalidOperationException(
                "Storage:ConnectionString names a MongoDB server that is not a member of a replica set. Transactions need one; a set of one member is enough.");
        }

        var schema = await _facts.Find(new BsonDocument("_id", "schema")).FirstOrDefaultAsync(cancellationToken);
        var version = schema?["version"].ToInt32() ?? 0;

        // A database that does not say is for programs of its own version alone.
        if (version > SchemaVersion && schema!.GetValue("oldest", version).ToInt32() > SchemaVersion)
        {
            throw new InvalidOperationException(
                $"The database was written by a newer MailStats (schema {version}); this one knows "
                    + $"schema {SchemaVersion}. Run the newer version, or restore a backup from before the upgrade.");
        }

        if (version > SchemaVersion)
        {
            // Its indexes are the newer one's business.
            return;
        }

        foreach (var (collection, keys, options) in MongoIndexes.All)
        {
            await database.GetCollection<BsonDocument>(collection).Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(keys, options), cancellationToken: cancellationToken);
        }

        if (version is > 0 and < 3)
        {
            // Deliveries of before that wait are marked as such.
            await database.GetCollection<BsonDocument>("deliveries").UpdateManyAsync(
                new BsonDocument("s", new BsonDocument("$in", new BsonArray { 2, 3 })),
                new BsonDocument("$set", new BsonDocument("w", true)),
                cancellationToken: cancellationToken);
        }

        await NoteFiguresAsync(version > 0, cancellationToken);

        // $max: of two processes of different versions that start together, the newer one's numbers stay.
        await _facts.UpdateOneAsync(
            new BsonDocument("_id", "schema"),
            new BsonDocument("$max", new BsonDocument { { "version", SchemaVersion }, { "oldest", OldestCompatible } }),
            new() { IsUpsert = true },
            cancellationToken);
    }

    /// <summary>Takes away indexes that nothing of this release reads.</summary>
    public async Task DropFormerIndexesAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, former) in MongoIndexes.Former)
        {
            var indexes = database.GetCollection<BsonDocument>(name).Indexes;
            var there = (await (await indexes.ListAsync(cancellationToken)).ToListAsync(cancellationToken)).Select(index => index["name"].AsString);

            foreach (var index in there.Intersect(former))
            {
                try
                {
                    await indexes.DropOneAsync(index, cancellationToken);
                }
                catch (MongoCommandException error) when (error.Code == IndexNotFound)
                {
                    // Another process was faster.
                }
            }
        }
    }

    /// <summary>The mark first: a process that is killed between the two leaves it twice, which is once.</summary>
    private async Task NoteFiguresAsync(bool filled, CancellationToken cancellationToken)
    {
        var known = await _facts.Find(new BsonDocument("_id", "figures")).FirstOrDefaultAsync(cancellationToken);

        if (known is not null && known["known"].ToInt32() >= Figures)
        {
            return;
        }

        if (filled)
        {
            await _facts.UpdateOneAsync(Recount, new BsonDocument("$set", new BsonDocument("due", true)), new() { IsUpsert = true }, cancellationToken);
        }

        await _facts.UpdateOneAsync(
            new BsonDocument("_id", "figures"), new BsonDocument("$max", new BsonDocument("known", Figures)), new() { IsUpsert = true }, cancellationToken);
    }
}
