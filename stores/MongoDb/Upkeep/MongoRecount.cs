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

        foreach (var (collection, named, expected) in new[]
        {
            (database.Rollups, false, counted.CounterRows()), (database.Providers, true, counted.ProviderRows()),
            (database.Reasons, true, counted.ReasonRows()),
        })
        {
            var rows = await collection.Find(snapshot, MongoRollupKeys.OfTenant(tenant, named)).ToListAsync(cancellationToken);
            errors.AddRange(Compare(collection, rows, expected, countable));
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
                if (TryDecode(row) is not { } delivery)
                {
                    damaged.Add(row);
                    earlier += told[row["_id"]].Count();

                    continue;
                }

                var state = delivery.State;
                tally.Add(tenant, state, 1);
                var right = MongoDerived.Right(row, delivery);
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
    private StoredDelivery? TryDecode(BsonDocument row)
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

    private static IEnumerable<MongoRowError> Compare(
        IMongoCollection<BsonDocument> collection, List<BsonDocument> rows, IEnumerable<MongoRollupRow> expected, long countable)
    {
        var (there, right) = (MongoRollupRows.ByPlace(rows).ToDictionary(row => row.Id), expected.ToDictionary(row => row.Id));

        foreach (var id in there.Keys.Union(right.Keys).Order())
        {
            var row = there.GetValueOrDefault(id) ?? right[id] with { Counts = new() };
            var start = MongoRollupKeys.DayOf(id) * MongoDayCounts.WholeDay;
            var lacks = row.Counts.Lacks(
                right.GetValueOrDefault(id)?.Counts ?? new(),
                place => (start + (place == MongoDayCounts.WholeDay ? 0 : place)) * UnixTime.MicrosecondsPerQuarter >= countable);

            if (!lacks.IsEmpty)
            {
                yield return new(collection, row with { Counts = lacks });
            }
        }
    }

    private static bool SameFields(BsonDocument left, BsonDocument right) =>
        left.ElementCount == right.ElementCount && left.All(element => right.TryGetValue(element.Name, out var value) && value.Equals(element.Value));

    private static BsonDocument In(string field, BsonArray values) => new(field, new BsonDocument("$in", values));
}
