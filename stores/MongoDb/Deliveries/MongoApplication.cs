using System.Buffers;
using MailStats.Contracts;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>One run of one transaction: everything is read, merged and derived anew each time it has to be repeated.</summary>
internal sealed class MongoApplication(MongoDatabase database, MongoTexts texts, MongoForgotten forgotten, IClientSessionHandle session, DateTimeOffset now)
{
    private readonly Dictionary<DeliveryKey, TouchedDelivery<Kept>> _entries = [];
    private readonly MongoRollups _rollups = new(forgotten.FirstQuarter);
    private readonly Tally _tally = new();
    private readonly HashSet<BsonValue> _erased = [];
    private readonly ReportedTimes _reported = new();

    /// <summary>Loads what the events touch, in one query.</summary>
    public async Task LoadAsync(
        IReadOnlyList<ClassifiedDelivery> protectedEvents, IReadOnlyList<ClassifiedDelivery> plainEvents, CancellationToken cancellationToken)
    {
        var keys = new List<BsonBinaryData[]>(protectedEvents.Count);

        for (var index = 0; index < protectedEvents.Count; index++)
        {
            keys.Add([.. forgotten.KeysOf(protectedEvents[index].Event, plainEvents[index].Event.Recipient).Select(key => MongoKeys.Delivery(key))]);
        }

        var rows = new Dictionary<BsonValue, BsonDocument>();
        var wanted = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(keys.SelectMany(some => some).Distinct())));

        foreach (var row in await database.Deliveries.Find(session, wanted).ToListAsync(cancellationToken))
        {
            rows.Add(row["_id"], row);
        }

        foreach (var (some, delivery) in keys.Zip(protectedEvents))
        {
            var name = DeliveryKey.Of(delivery.Event);

            if (!_entries.ContainsKey(name))
            {
                _entries.Add(name, Read(Array.Find(some, rows.ContainsKey) is { } key ? rows[key] : null));
            }
        }

        if (forgotten.AnyErased)
        {
            var identities = protectedEvents.Where(delivery => EntryOf(delivery).Row is null)
                .Select(delivery => (BsonValue)forgotten.Identity(delivery.Event))
                .Distinct();
            var found = await database.Erased
                .Find(session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(identities))))
                .ToListAsync(cancellationToken);
            _erased.UnionWith(found.Select(row => row["_id"]));
        }
    }

    public ApplyResult Merge(IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt)
    {
        var merge = new EventMerge(_reported);

        foreach (var delivery in deliveries)
        {
            var entry = EntryOf(delivery);
            merge.Add(delivery, entry, entry.IsUnknown && Knows(delivery), acknowledgedAt);
        }

        return new(merge.Changed, deliveries.Count - merge.Changed, merge.Touched);
    }

    /// <summary>Writes deliveries and rollups.</summary>
    /// <param name="writer">Whose rollups.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<AppliedChanges> WriteAsync(int writer, CancellationToken cancellationToken)
    {
        var found = new List<NewDelivery>();
        _tally.Clear(forgotten.FirstQuarter);
        var told = new List<ToldOfAddress>();
        var deliveries = new List<WriteModel<BsonDocument>>();
        var earlier = new List<WriteModel<BsonDocument>>();

        foreach (var (name, entry) in _entries)
        {
            if (entry.Tells(name, name.ToHash()) is { } news)
            {
                told.Add(news);
            }

            if (!entry.Changed)
            {
                continue;
            }

            var after = Contribution.Of(entry.State);

            if (entry.Before != after)
            {
                Count(name.TenantId, entry.Before, -1);
                Count(name.TenantId, after, 1);
            }

            entry.AddTo(_tally, name.TenantId);

            var row = RowOf(name, entry.Row, entry.State, after);
            deliveries.Add(entry.Row is null
                ? new InsertOneModel<BsonDocument>(row)
                : new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", row["_id"]), row));
            AddEarlier(earlier, entry, row);

            if (entry.AsNew(name.TenantId, after) is { } delivery)
            {
                found.Add(delivery);
            }
        }

        // Bulk writes of nothing are an error.
        if (deliveries.Count > 0)
        {
            await database.Deliveries.BulkWriteAsync(session, deliveries, new() { IsOrdered = false }, cancellationToken);
        }

        if (earlier.Count > 0)
        {
            await database.Earlier.BulkWriteAsync(session, earlier, new(), cancellationToken);
        }

        await _rollups.WriteAsync(database, session, writer, now, cancellationToken);
        await MongoTallies.AppendAsync(database.Tallies, session, _tally, now, cancellationToken);

        return new(_rollups.RecipientsDeltas(), found, told, _reported.ByHost());
    }

    private BsonDocument RowOf(DeliveryKey name, Kept? known, DeliveryState state, Contribution? after)
    {
        name = known is null ? name : name with { Recipient = known.Recipient };
        var bytes = new ArrayBufferWriter<byte>();
        DeliveryCodec.Encode(new(name.MessageKey, name.Recipient, state), texts, bytes);
        var key = MongoKeys.Delivery(name);

        var row = new BsonDocument
        {
            { "_id", key },
            { "t", name.TenantId },
            { "h", known?.Order ?? MongoKeys.Order(key) },
            { "u", Random.Shared.NextInt64() },
            { "state", new BsonBinaryData(bytes.WrittenSpan.ToArray()) },
        };

        return row.AddRange(MongoDerived.Of(name.TenantId, name.Recipient, state, after));
    }

    private static void AddEarlier(List<WriteModel<BsonDocument>> earlier, TouchedDelivery<Kept> entry, BsonDocument row)
    {
        if (entry.HadEarlier)
        {
            earlier.Add(new DeleteManyModel<BsonDocument>(new BsonDocument("e", row["_id"])));
        }

        earlier.AddRange(MongoDerived.EarlierOf(row, entry.State).Select(activity => new InsertOneModel<BsonDocument>(activity)));
    }

    private TouchedDelivery<Kept> Read(BsonDocument? row)
    {
        var entry = new TouchedDelivery<Kept>();

        if (row is not null)
        {
            var delivery = texts.ReadToWrite(row);
            entry.Found(new(delivery.Recipient, row["h"].ToInt64()), delivery.State);
        }

        return entry;
    }

    private bool Knows(ClassifiedDelivery delivery) =>
        forgotten.IsTrimmed(delivery.Event) || (_erased.Count > 0 && _erased.Contains(forgotten.Identity(delivery.Event)));

    private TouchedDelivery<Kept> EntryOf(ClassifiedDelivery delivery) => _entries[DeliveryKey.Of(delivery.Event)];

    private void Count(string tenantId, Contribution? contribution, int sign)
    {
        if (contribution is { } counted)
        {
            _rollups.Add(tenantId, counted, sign);
        }
    }

    /// <param name="Recipient">In the form of addresses in which it is kept.</param>
    /// <param name="Order">What the search index knows it by: it stays what it was.</param>
    private sealed record Kept(string Recipient, long Order);
}
