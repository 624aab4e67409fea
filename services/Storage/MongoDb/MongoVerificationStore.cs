using MailStats.Storage.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Storage.MongoDb;

/// <summary>
/// Tenant by tenant, from one snapshot each; holds the rollup rows of one tenant in memory. A repair compares and mends within
/// a transaction: an application that touches the same rows meanwhile makes one of the two begin anew.
/// </summary>
internal sealed class MongoVerificationStore(MongoDatabase database, MongoClassifications classifications) : IVerificationStore
{
    private const int MaxExamples = 20;

    private static readonly string[] Values = ["r", "d", "s", "h", "q", "count"];

    private IMongoCollection<BsonDocument>[] Collections => [database.Rollups, database.Providers, database.Reasons];

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
                    return await CompareAsync(snapshot, tenant, repair: false, cancellationToken);
                },
                cancellationToken);

            if (repair && found.Examples.Count > 0)
            {
                found = await database.TransactAsync((session, token) => CompareAsync(session, tenant, repair: true, token), cancellationToken);
            }

            deliveries += found.Deliveries;
            differences += found.Examples.Count;
            examples.AddRange(found.Examples.Take(MaxExamples - examples.Count));
        }

        return new(deliveries, differences, repair && differences > 0, examples);
    }

    private Task<List<string>> TenantsAsync(CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var tenants = new SortedSet<string>(StringComparer.Ordinal);

                foreach (var (collection, field) in new[] { (database.Deliveries, "$t"), (database.Erased, "$t") })
                {
                    var rows = await collection
                        .Aggregate<BsonDocument>(new[] { new BsonDocument("$group", new BsonDocument("_id", field)) }, cancellationToken: cancellationToken)
                        .ToListAsync(cancellationToken);
                    tenants.UnionWith(rows.Select(row => row["_id"].AsString));
                }

                // Rollups of a tenant without a single delivery must be noticed too.
                var roots = await database.Rollups.Find(new BsonDocument { { "p", "" }, { "l", RangeComposition.Days } }).ToListAsync(cancellationToken);
                tenants.UnionWith(roots.Select(row => row["c"].AsString));

                return tenants.ToList();
            },
            cancellationToken);

    private async Task<(long Deliveries, List<string> Examples)> CompareAsync(
        IClientSessionHandle session, string tenant, bool repair, CancellationToken cancellationToken)
    {
        var facts = (await database.Facts.Find(session, FilterDefinition<BsonDocument>.Empty).ToListAsync(cancellationToken)).ToDictionary(fact => fact["_id"].AsString);
        var counted = new MongoRollups(facts.TryGetValue("rollups", out var trimmed) ? trimmed["firstQuarter"].ToInt64() : long.MinValue);
        var countable = facts.TryGetValue("trimmed:" + tenant, out var old) ? old["acceptedBefore"].ToInt64() : long.MinValue;
        var examples = new List<string>();
        var deliveries = await CountAgainAsync(session, tenant, counted, examples, repair, cancellationToken);
        IReadOnlyDictionary<string, BsonDocument>[] expected = [counted.CounterRows, counted.ProviderRows, counted.ReasonRows];

        for (var index = 0; index < Collections.Length; index++)
        {
            await CompareAsync(session, Collections[index], tenant, expected[index], countable, examples, repair, cancellationToken);
        }

        return (deliveries, examples);
    }

    private async Task<long> CountAgainAsync(
        IClientSessionHandle session, string tenant, MongoRollups counted, List<string> examples, bool repair, CancellationToken cancellationToken)
    {
        var deliveries = 0L;
        using var rows = await database.Deliveries.Find(session, new BsonDocument("t", tenant)).ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            foreach (var row in rows.Current)
            {
                deliveries++;
                var state = DeliveryStateCodec.Decode(row["state"].AsByteArray, classifications);
                var contribution = Contribution.Of(state);

                if (contribution is { } one)
                {
                    counted.Add(tenant, one, 1);
                }

                var derived = MongoDerived.Of(tenant, state, contribution);
                var stored = new BsonDocument(row.Elements.Where(element => MongoDerived.Names.Contains(element.Name)).OrderBy(element => element.Name, StringComparer.Ordinal));

                if (!stored.Equals(new BsonDocument(derived.OrderBy(element => element.Name, StringComparer.Ordinal))))
                {
                    examples.Add("deliveries: the fields of a row do not say what its state says");

                    if (repair)
                    {
                        var mended = new BsonDocument(row.Elements.Where(element => !MongoDerived.Names.Contains(element.Name))).AddRange(derived);
                        await database.Deliveries.ReplaceOneAsync(session, new BsonDocument("_id", row["_id"]), mended, cancellationToken: cancellationToken);
                    }
                }
            }
        }

        foreach (var row in await database.Erased.Find(session, new BsonDocument("t", tenant)).ToListAsync(cancellationToken))
        {
            if (row.Contains("mailbox"))
            {
                var parts = row.GetValue("x", "").AsString.Split('\n');
                var reason = parts.Length == 4
                    ? new ReasonKey(parts[0], Code(parts[1]), parts[2].Length == 0 ? null : parts[2], parts[3] == "1")
                    : (ReasonKey?)null;
                counted.Add(
                    tenant,
                    new(new(row["domain"].AsString, row["mailbox"].AsString), row["quarter"].ToInt64(), row["provider"].AsString, (DeliveryStatus)row["s"].ToInt32(), reason),
                    1);
            }
        }

        return deliveries;

        static int? Code(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var code and not 0 ? code : null;
    }

    private static async Task CompareAsync(
        IClientSessionHandle session,
        IMongoCollection<BsonDocument> collection,
        string tenant,
        IReadOnlyDictionary<string, BsonDocument> expected,
        long countable,
        List<string> examples,
        bool repair,
        CancellationToken cancellationToken)
    {
        // Keys of everything below a tenant begin with its id and a line feed; the tenant's own is the id.
        var below = new BsonDocument("c", new BsonDocument { { "$gte", tenant + "\n" }, { "$lt", tenant + "\v" } });
        var own = new BsonDocument("c", tenant);
        var stored = (await collection.Find(session, new BsonDocument("$or", new BsonArray { own, below })).ToListAsync(cancellationToken))
            .ToDictionary(row => row["_id"].AsString, StringComparer.Ordinal);

        foreach (var id in stored.Keys.Union(expected.Keys).Order(StringComparer.Ordinal).ToList())
        {
            stored.TryGetValue(id, out var there);
            expected.TryGetValue(id, out var right);

            if (!IsCountable((there ?? right)!, countable) || (there is not null && right is not null && Same(there, right)))
            {
                continue;
            }

            examples.Add($"{collection.CollectionNamespace.CollectionName}: {id.Replace('\n', '/')}");

            if (repair && right is null)
            {
                await collection.DeleteOneAsync(session, new BsonDocument("_id", id), cancellationToken: cancellationToken);
            }
            else if (repair)
            {
                await collection.ReplaceOneAsync(session, new BsonDocument("_id", id), right!, new ReplaceOptions { IsUpsert = true }, cancellationToken);
            }
        }
    }

    private static bool IsCountable(BsonDocument row, long countable) =>
        row["b"].ToInt64() * Time.MicrosecondsPerQuarter * (row["l"].ToInt32() == RangeComposition.Days ? 96 : 1) >= countable;

    private static bool Same(BsonDocument left, BsonDocument right) =>
        Values.All(field => left.GetValue(field, 0).ToInt64() == right.GetValue(field, 0).ToInt64());
}
