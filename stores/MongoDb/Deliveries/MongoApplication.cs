using System.Buffers;
using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>One run of one transaction: everything is read, merged and derived anew each time it has to be repeated.</summary>
internal sealed class MongoApplication(MongoDatabase database, MongoClassifications classifications, MongoForgotten forgotten, IClientSessionHandle session)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly MongoRollups _rollups = new(forgotten.FirstQuarter);
    private readonly HashSet<BsonValue> _erased = [];
    private readonly Dictionary<(string TenantId, string Host), long> _reported = [];

    /// <summary>Loads what the events touch, in one query.</summary>
    public async Task LoadAsync(IReadOnlyList<ClassifiedDelivery> protectedEvents, IReadOnlyList<ClassifiedDelivery> plainEvents, CancellationToken cancellationToken)
    {
        var keys = new List<string[]>(protectedEvents.Count);

        for (var index = 0; index < protectedEvents.Count; index++)
        {
            keys.Add([.. forgotten.KeysOf(protectedEvents[index].Event, plainEvents[index].Event.Recipient)]);
        }

        var rows = new Dictionary<string, BsonDocument>(StringComparer.Ordinal);
        var wanted = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(keys.SelectMany(some => some).Distinct())));

        foreach (var row in await database.Deliveries.Find(session, wanted).ToListAsync(cancellationToken))
        {
            rows.Add(row["_id"].AsString, row);
        }

        foreach (var some in keys)
        {
            if (!_entries.ContainsKey(some[0]))
            {
                _entries.Add(some[0], Read(Array.Find(some, rows.ContainsKey) is { } key ? rows[key] : null));
            }
        }

        if (forgotten.AnyErased)
        {
            var identities = protectedEvents.Where(delivery => EntryOf(delivery).Row is null).Select(delivery => (BsonValue)forgotten.Identity(delivery.Event)).Distinct();
            var found = await database.Erased.Find(session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(identities)))).ToListAsync(cancellationToken);
            _erased.UnionWith(found.Select(row => row["_id"]));
        }
    }

    public ApplyResult Merge(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        var changed = 0;
        var touched = new HashSet<(string TenantId, string Domain)>();

        foreach (var delivery in deliveries)
        {
            var entry = EntryOf(delivery);

            if (delivery.Event.ReportingHost is { Length: > 0 } host)
            {
                ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_reported, (delivery.Event.TenantId, host), out _);
                latest = Math.Max(latest, UnixTime.ToMicroseconds(delivery.Event.OccurredAt));
            }

            if (IsForgotten(delivery, entry) || !entry.State.Merge(delivery))
            {
                continue;
            }

            changed++;
            entry.Changed ??= delivery.Event;
            touched.Add((delivery.Event.TenantId, entry.State.Mailbox()?.Domain ?? ""));

            if (entry.Before is { } before)
            {
                touched.Add((delivery.Event.TenantId, before.Mailbox.Domain));
            }
        }

        return new(changed, deliveries.Count - changed, [.. touched]);
    }

    /// <summary>Writes deliveries and rollups.</summary>
    public async Task<AppliedChanges> WriteAsync(CancellationToken cancellationToken)
    {
        var found = new List<NewDelivery>();
        var deliveries = new List<WriteModel<BsonDocument>>();
        var earlier = new List<WriteModel<BsonDocument>>();

        foreach (var (key, entry) in _entries)
        {
            if (entry.Changed is not { } told)
            {
                continue;
            }

            var after = Contribution.Of(entry.State);

            if (entry.Before != after)
            {
                Count(told.TenantId, entry.Before, -1);
                Count(told.TenantId, after, 1);
            }

            var row = RowOf(entry.Row?["_id"].AsString ?? key, told, entry.Row, entry.State, after);
            deliveries.Add(entry.Row is null
                ? new InsertOneModel<BsonDocument>(row)
                : new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", row["_id"]), row));
            AddEarlier(earlier, entry, row);

            if (entry.Row is null && entry.State.QueueId is { Length: > 0 } queueId)
            {
                found.Add(new(told.TenantId, queueId, entry.State.ReportingHost, entry.State.AcceptedAt, after?.Mailbox));
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

        await _rollups.WriteAsync(database, session, cancellationToken);

        return new(_rollups.RecipientsDeltas(), found, _reported);
    }

    public BsonDocument RowOf(string key, DeliveryEvent told, BsonDocument? known, DeliveryState state, Contribution? after)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeliveryStateCodec.Encode(state, classifications, bytes);

        var row = new BsonDocument
        {
            { "_id", key },
            { "t", told.TenantId },
            { "k", told.MessageKey },
            { "r", known?["r"].AsString ?? told.Recipient },
            { "h", MongoKeys.Number(key) },
            { "state", new BsonBinaryData(bytes.WrittenSpan.ToArray()) },
        };

        return row.AddRange(MongoDerived.Of(told.TenantId, state, after));
    }

    private static void AddEarlier(List<WriteModel<BsonDocument>> earlier, Entry entry, BsonDocument row)
    {
        if (entry.HadEarlier)
        {
            earlier.Add(new DeleteManyModel<BsonDocument>(new BsonDocument("e", row["_id"])));
        }

        earlier.AddRange(MongoDerived.EarlierOf(row, entry.State).Select(activity => new InsertOneModel<BsonDocument>(activity)));
    }

    private Entry Read(BsonDocument? row)
    {
        if (row is null)
        {
            return new() { State = new() };
        }

        var state = DeliveryStateCodec.Decode(row["state"].AsByteArray, classifications);
        classifications.Know(state);
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(earlier);

        return new() { Row = row, State = state, Before = Contribution.Of(state), HadEarlier = earlier.Count > 0 };
    }

    private bool IsForgotten(ClassifiedDelivery delivery, Entry entry) =>
        entry.Row is null && entry.Changed is null
        && (forgotten.IsTrimmed(delivery.Event) || (_erased.Count > 0 && _erased.Contains(forgotten.Identity(delivery.Event))));

    private Entry EntryOf(ClassifiedDelivery delivery) =>
        _entries[MongoKeys.Delivery(delivery.Event.TenantId, delivery.Event.MessageKey, delivery.Event.Recipient)];

    private void Count(string tenantId, Contribution? contribution, int sign)
    {
        if (contribution is { } counted)
        {
            _rollups.Add(tenantId, counted, sign);
        }
    }

    private sealed class Entry
    {
        public BsonDocument? Row { get; init; }

        public required DeliveryState State { get; init; }

        public Contribution? Before { get; init; }

        public bool HadEarlier { get; init; }

        /// <summary>The first event that changed the state.</summary>
        public DeliveryEvent? Changed { get; set; }
    }
}
