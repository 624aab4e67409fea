using MailStats.Mail.Attempts;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

/// <summary>
/// Tenant by tenant, from one snapshot each; holds the rollup rows of one tenant in memory. MongoDB keeps a snapshot for
/// five minutes (<c>minSnapshotHistoryWindowInSeconds</c>), so the deliveries of one tenant must be read in that time.
/// </summary>
internal sealed class MongoVerificationStore(
    MongoDatabase database, MongoTexts texts, MongoSearchVerification search, TimeProvider time) : IVerificationStore
{
    private const int MaxExamples = 20;

    private readonly MongoRecount _recount = new(database, texts);
    private readonly MongoRepair _repair = new(database, texts, time);

    public async Task<VerificationReport> VerifyAsync(bool repair, CancellationToken cancellationToken)
    {
        var (deliveries, differences) = (0L, 0L);
        var examples = new List<string>();

        foreach (var tenant in await TenantsAsync(cancellationToken))
        {
            var found = await database.UseAsync(
                async () =>
                {
                    using var snapshot = await database.StartSnapshotAsync(cancellationToken);
                    return await _recount.CountAsync(snapshot, tenant, cancellationToken);
                },
                cancellationToken);

            if (repair)
            {
                await _repair.MendAsync(found, cancellationToken);
            }

            deliveries += found.Deliveries;
            differences += found.Differences;
            examples.AddRange(found.Examples.Take(MaxExamples - examples.Count));
        }

        differences += await MongoRowVerification.VerifyAsync(
            database, repair ? time.GetUtcNow() : null, example => examples.AddRange(examples.Count < MaxExamples ? [example] : []), cancellationToken);
        differences += await search.VerifyAsync(repair, examples, MaxExamples, cancellationToken);

        if (repair)
        {
            await database.UseAsync(() => database.Facts.DeleteOneAsync(MongoSchema.Recount, cancellationToken), cancellationToken);
        }

        return new(deliveries, differences, repair && differences > 0, examples);
    }

    public Task<bool> IsRecountDueAsync(CancellationToken cancellationToken) =>
        database.UseAsync(() => database.Facts.Find(MongoSchema.Recount).AnyAsync(cancellationToken), cancellationToken);

    private Task<List<string>> TenantsAsync(CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var tenants = new SortedSet<string>(StringComparer.Ordinal);

                foreach (var collection in new[] { database.Deliveries, database.Erased, database.Earlier, database.Tallies })
                {
                    var rows = await collection
                        .Aggregate<BsonDocument>(new[] { new BsonDocument("$group", new BsonDocument("_id", "$t")) }, cancellationToken: cancellationToken)
                        .ToListAsync(cancellationToken);
                    tenants.UnionWith(rows.Select(row => row["_id"].AsString));
                }

                // Rollups of a tenant without a single delivery must be noticed too.
                var roots = await database.Rollups
                    .Aggregate<BsonDocument>(
                        new BsonDocument[] { new("$match", new BsonDocument("p", 0)), new("$group", new BsonDocument("_id", "$n")) },
                        cancellationToken: cancellationToken)
                    .ToListAsync(cancellationToken);
                tenants.UnionWith(roots.Select(row => row["_id"].AsString));

                return tenants.ToList();
            },
            cancellationToken);
}

/// <summary>What a recount of one tenant found.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Deliveries">Deliveries read.</param>
/// <param name="Rollups">Rows whose numbers are wrong.</param>
/// <param name="Lacking">What the second ledger lacks.</param>
/// <param name="Unlike">Keys of deliveries whose derived fields or earlier activities are not what their state says, or that have only the latter.</param>
/// <param name="Damaged">Deliveries whose state cannot be read.</param>
/// <param name="Repairs">Repairs of this tenant before the snapshot.</param>
internal sealed record MongoFindings(
    string Tenant,
    long Deliveries,
    IReadOnlyList<MongoRowError> Rollups,
    Tally Lacking,
    IReadOnlyList<BsonValue> Unlike,
    IReadOnlyList<BsonDocument> Damaged,
    long Repairs)
{
    public long Differences => Rollups.Count + Lacking.ByPlace().Sum(place => place.Counts.Count) + Unlike.Count + Damaged.Count;

    public IEnumerable<string> Examples =>
        Damaged.Select(row => $"delivery {MongoKeys.IdOf(row)}: its state cannot be read")
            .Concat(Rollups.Select(row => FormattableString.Invariant(
                $"{row.Collection.CollectionNamespace.CollectionName} of tenant {Tenant}: {row.Name} on {row.Day:yyyy-MM-dd}")))
            .Concat(Lacking.ByPlace().Select(place => FormattableString.Invariant(
                $"tallies of tenant {Tenant} from {place.Place.Tier.StartOf(place.Place.Bucket):O}: {place.Counts[0].Key} is off by {place.Counts[0].Count}")))
            .Concat(Unlike.Select(_ => "deliveries: the fields or earlier activities of a row do not say what its state says"));
}

/// <param name="Collection">Where the row is.</param>
/// <param name="Lacks">The row without a writer, and what the place's rows lack together.</param>
internal sealed record MongoRowError(IMongoCollection<BsonDocument> Collection, MongoRollupRow Lacks)
{
    public string Name => Lacks.Names["n"].AsString.Replace('\n', '/');

    public DateTimeOffset Day => UnixTime.StartOfQuarter(MongoRollupKeys.DayOf(Lacks.Id) * MongoDayCounts.WholeDay);
}
