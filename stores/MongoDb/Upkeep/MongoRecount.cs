using System.Globalization;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

/// <summary>Counts one tenant's deliveries again, within a snapshot, and compares.</summary>
internal sealed class MongoRecount(MongoDatabase database, MongoTexts texts)
{
    private const int AtOnce = 1_000;

    public async Task<MongoFindings> CountAsync(IClientSessionHandle snapshot, string tenant, CancellationToken cancellationToken)
    {
        var ids = new BsonArray { "rollups", "trimmed:" + tenant, MongoRepair.FactOf(tenant) };
        var facts = (await database.Facts.Find(snapshot, In("_id", ids)).ToListAsync(cancellationToken))
            .ToDictionary(fact => fact["_id"].AsString, StringComparer.Ordinal);
        var counted = new MongoRollups(facts.TryGetValue("rollups", out var trimmed) ? trimmed["firstQuarter"].ToInt64() : long.MinValue);
        var tally = new Tally();
        tally.Clear(facts.TryGetValue("rollups", out trimmed) ? trimmed["firstQuarter"].ToInt64() : long.MinValue);
        var countable = facts.TryGetValue("trimmed:" + tenant, out var old) ? old["acceptedBefore"].ToInt64() : long.MinValue;
        var (unlike, damaged) = (new List<BsonValue>(), new List<BsonDocument>());
        var deliveries = await CountDeliveriesAsync(snapshot, tenant, counted, tally, unlike, damaged, cancellationToken);
        await CountErasedAsync(snapshot, tenant, counted, cancellationToken);
        var errors = new List<MongoRowError>();

        foreach (var (collection, expected) in new[]
        {
            (database.Rollups, counted.CounterRows), (database.Providers, counted.ProviderRows), (database.Reasons, counted.ReasonRows),
        })
        {
            errors.AddRange(await CompareAsync(snapshot, collection, tenant, expected, countable, cancellationToken));
        }

        var lacking = await LackingAsync(
            snapshot, tenant, tally, old?.GetValue("talliedBefore", long.MinValue).ToInt64() ?? long.MinValue, cancellationToken);

        return new(
            tenant,
            deliveries,
            errors,
            lacking,
            unlike,
            damaged,
            facts.TryGetValue(MongoRepair.FactOf(tenant), out var repairs) ? repairs["repairs"].ToInt64() : 0);
    }

    private async Task<long> CountDeliveriesAsync(
        IClientSessionHandle snapshot, string tenant, MongoRollups counted, Tally tally, List<BsonValue> unlike, List<BsonDocument> damaged,
        CancellationToken cancellationToken)
    {
        var (deliveries, earlier) = (0L, 0L);
        using var rows = await database.Deliveries.Find(snapshot, new BsonDocument("t", tenant), new() { BatchSize = AtOnce }).ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            var some = rows.Current.ToList();
            var told = (await database.Earlier.Find(snapshot, In("e", new(some.Select(row => row["_id"])))).ToListAsync(cancellationToken))
                .ToLookup(activity => activity["e"]);
            deliveries += some.Count;

            foreach (var row in some)
            {
                if (TryDecode(row) is not { } state)
                {
                    damaged.Add(row);
                    earlier += told[row["_id"]].Count();

                    continue;
                }

                tally.Add(tenant, state, 1);
                var right = MongoDerived.Right(row, state);
                earlier += told[row["_id"]].Count();

                if (Contribution.Of(state) is { } contribution)
                {
                    counted.Add(tenant, contribution, 1);
                }

                if (!SameFields(row, right) || !MongoDerived.EarlierOf(right, state).ToHashSet().SetEquals(told[row["_id"]]))
                {
                    unlike.Add(row["_id"]);
                }
            }
        }

        if (await database.Earlier.CountDocumentsAsync(snapshot, new BsonDocument("t", tenant), cancellationToken: cancellationToken) != earlier)
        {
            await AddOrphansAsync(snapshot, tenant, unlike, cancellationToken);
        }

        return deliveries;
    }

    /// <summary>Null whatever a damaged row makes of the reader; a database that cannot be read is another matter.</summary>
    private DeliveryState? TryDecode(BsonDocument row)
    {
        try
        {
            return texts.Read(row).State;
        }
        catch (Exception error) when (error is not (MongoException or TimeoutException or OperationCanceledException))
        {
            return null;
        }
    }

    /// <summary>Earlier activities of deliveries that are not there.</summary>
    private async Task AddOrphansAsync(IClientSessionHandle snapshot, string tenant, List<BsonValue> unlike, CancellationToken cancellationToken)
    {
        using var rows = await database.Earlier.Find(snapshot, new BsonDocument("t", tenant), new() { BatchSize = AtOnce }).ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            var keys = rows.Current.Select(activity => activity["e"]).ToHashSet();
            var there = await database.Deliveries
                .Find(snapshot, In("_id", new(keys)))
                .Project<BsonDocument>(new BsonDocument("_id", 1))
                .ToListAsync(cancellationToken);
            keys.ExceptWith(there.Select(row => row["_id"]));
            unlike.AddRange(keys.Except(unlike));
        }
    }

    private async Task CountErasedAsync(IClientSessionHandle snapshot, string tenant, MongoRollups counted, CancellationToken cancellationToken)
    {
        var mailboxes = new BsonDocument { { "t", tenant }, { "mailbox", new BsonDocument("$exists", true) } };

        foreach (var row in await database.Erased.Find(snapshot, mailboxes).ToListAsync(cancellationToken))
        {
            var parts = row.GetValue("x", "").AsString.Split('\n');
            var reason = parts.Length == 4
                ? new ReasonKey(parts[0], Code(parts[1]), parts[2].Length == 0 ? null : parts[2], parts[3] == "1")
                : (ReasonKey?)null;
            counted.Add(
                tenant,
                new(
                    new(row["domain"].AsString, row["mailbox"].AsString),
                    row["quarter"].ToInt64(),
                    row["provider"].AsString,
                    (DeliveryStatus)row["s"].ToInt32(),
                    reason,
                    row.GetValue("k", false).ToBoolean()),
                1);
        }

        static int? Code(string text) => int.Parse(text, CultureInfo.InvariantCulture) is var code and not 0 ? code : null;
    }

    /// <summary>
    /// What the second ledger lacks. What it holds by the hour (or the day) is compared by that. Stretches of time from which
    /// deliveries were removed by age cannot be counted again.
    /// </summary>
    private async Task<Tally> LackingAsync(
        IClientSessionHandle snapshot, string tenant, Tally right, long countable, CancellationToken cancellationToken)
    {
        await MongoTallies.AddToAsync(right, database.ErasedTallies, snapshot, new("t", tenant), cancellationToken);
        var there = new Tally();
        await MongoTallies.AddToAsync(there, database.Tallies, snapshot, new("t", tenant), cancellationToken);
        var lacking = new Tally();

        foreach (var (place, counts) in there.Folded(there.Has).Lacks(right.Folded(there.Has)).ByPlace())
        {
            if (UnixTime.ToMicroseconds(place.Tier.StartOf(place.Bucket)) >= countable)
            {
                counts.ForEach(count => lacking.Add(place, count.Key, count.Count));
            }
        }

        return lacking;
    }

    private static async Task<IEnumerable<MongoRowError>> CompareAsync(
        IClientSessionHandle snapshot,
        IMongoCollection<BsonDocument> collection,
        string tenant,
        IReadOnlyDictionary<string, BsonDocument> expected,
        long countable,
        CancellationToken cancellationToken)
    {
        // A tenant's own key is its id; those of everything below begin with the id and a line feed, the character before \v.
        var ofTenant = new BsonDocument("c", new BsonDocument { { "$gte", tenant }, { "$lt", tenant + "\v" } });
        var stored = (await collection.Find(snapshot, ofTenant).ToListAsync(cancellationToken))
            .GroupBy(MongoRollupRows.PlaceOf, StringComparer.Ordinal)
            .ToDictionary(
                rows => rows.Key, rows => MongoRollupRows.NamesOf(rows.First()).AddRange(MongoRollupRows.Sum(rows)), StringComparer.Ordinal);

        return stored.Keys.Union(expected.Keys).Order(StringComparer.Ordinal)
            .Select(id => (Id: id, There: stored.GetValueOrDefault(id), Right: expected.GetValueOrDefault(id)))
            .Where(row => IsCountable((row.There ?? row.Right)!, countable))
            .Select(row => new MongoRowError(collection, row.Id, MongoRollupRows.NamesOf((row.There ?? row.Right)!), ErrorOf(row.There, row.Right)))
            .Where(error => error.Error.Any(value => value.Value.AsInt64 != 0))
            .ToList();
    }

    private static bool IsCountable(BsonDocument row, long countable) =>
        row["b"].ToInt64() * UnixTime.MicrosecondsPerQuarter * (row["l"].ToInt32() == RangeComposition.Days ? 96 : 1) >= countable;

    /// <summary>
    /// All numbers of the row, so that they are there as well when the row has to be made. Rows from before there were complaints have none.
    /// </summary>
    private static BsonDocument ErrorOf(BsonDocument? there, BsonDocument? right) =>
        new(MongoRollupRows.Values.Where(name => (there ?? right)!.Contains(name == "k" ? "r" : name))
            .Select(name => new BsonElement(name, Number(right, name) - Number(there, name))));

    private static long Number(BsonDocument? row, string name) => row?.GetValue(name, 0).ToInt64() ?? 0;

    private static bool SameFields(BsonDocument left, BsonDocument right) =>
        left.ElementCount == right.ElementCount && left.All(element => right.TryGetValue(element.Name, out var value) && value.Equals(element.Value));

    private static BsonDocument In(string field, BsonArray values) => new(field, new BsonDocument("$in", values));
}
