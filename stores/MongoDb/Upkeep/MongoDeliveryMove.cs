using System.Buffers;
using MailStats.Mail.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

/// <summary>
/// Deliveries of before schema 7: tenant, message key and recipient as a text for their key, texts where there are numbers now, and some of
/// them with a state in layout 1. Their number for the search index stays, so that the index goes on.
/// </summary>
internal sealed class MongoDeliveryMove : IMongoMove
{
    private const int AtOnce = 500;

    private static readonly string[] Scopes = ["d", "m"];

    private static readonly BsonDocument OfBefore = new("_id", new BsonDocument("$gte", ""));

    public async Task<bool> IsDoneAsync(MongoDatabase database, CancellationToken cancellationToken) =>
        !await database.Deliveries.Find(OfBefore).Limit(1).AnyAsync(cancellationToken);

    public async Task<bool> MoveSomeAsync(MongoDatabase database, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        var rows = await database.Deliveries.Find(session, OfBefore).Limit(AtOnce).ToListAsync(cancellationToken);

        if (rows.Count == 0)
        {
            return false;
        }

        var classifications = new MongoClassifications(database);
        var texts = new MongoTexts(database, classifications);
        var moved = new Dictionary<BsonValue, BsonDocument>();

        foreach (var row in rows)
        {
            moved.Add(row["_id"], await MovedAsync(row, texts, classifications, cancellationToken));
        }

        var keys = new BsonDocument("$in", new BsonArray(moved.Keys));
        var earlier = await database.Earlier.Find(session, new BsonDocument("e", keys)).ToListAsync(cancellationToken);
        await SetAsideAsync(database, session, rows, moved, cancellationToken);

        await database.Earlier.DeleteManyAsync(session, new BsonDocument("e", keys), cancellationToken: cancellationToken);
        await database.Deliveries.DeleteManyAsync(session, new BsonDocument("_id", keys), cancellationToken: cancellationToken);
        await InsertAsync(database.Deliveries, session, [.. moved.Values], cancellationToken);
        await InsertAsync(database.Earlier, session, [.. earlier.Where(row => moved.ContainsKey(row["e"])).Select(row => Moved(row, moved[row["e"]]["_id"]))],
            cancellationToken);
        await MongoSearchIndexer.BeginAgainAsync(database, session, cancellationToken);

        return true;
    }

    /// <summary>
    /// What an old replica wrote that ran on beside new ones, of a delivery that these keep: which of the two knows more cannot be told.
    /// </summary>
    private static async Task SetAsideAsync(
        MongoDatabase database, IClientSessionHandle session, List<BsonDocument> rows, Dictionary<BsonValue, BsonDocument> moved,
        CancellationToken cancellationToken)
    {
        var keys = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(moved.Values.Select(row => row["_id"]))));
        var there = (await database.Deliveries.Find(session, keys).Project<BsonDocument>(new BsonDocument("_id", 1)).ToListAsync(cancellationToken))
            .Select(row => row["_id"]).ToHashSet();

        foreach (var row in rows.Where(row => there.Contains(moved[row["_id"]]["_id"])))
        {
            await database.Damaged.ReplaceOneAsync(
                session, new BsonDocument("_id", row["_id"]), row, new ReplaceOptions { IsUpsert = true }, cancellationToken);
            moved.Remove(row["_id"]);
        }
    }

    private static async Task InsertAsync(
        IMongoCollection<BsonDocument> collection, IClientSessionHandle session, List<BsonDocument> rows, CancellationToken cancellationToken)
    {
        // Inserting nothing is an error.
        if (rows.Count > 0)
        {
            await collection.InsertManyAsync(session, rows, cancellationToken: cancellationToken);
        }
    }

    private static async Task<BsonDocument> MovedAsync(
        BsonDocument row, MongoTexts texts, MongoClassifications classifications, CancellationToken cancellationToken)
    {
        var (key, tenant, recipient) = (row["_id"].AsString, row["t"].AsString, row["r"].AsString);
        var name = new DeliveryKey(tenant, key[(tenant.Length + 1)..^(recipient.Length + 1)], recipient);
        var moved = Moved(row, MongoKeys.Delivery(name))
            .Set("r", MongoKeys.Recipient(tenant, recipient))
            .Set("state", await StateAsync(row, name, texts, classifications, cancellationToken));
        moved.Remove("i");
        moved.Remove("k");

        return row.TryGetValue("x", out var reason) ? moved.Set("x", MongoKeys.Number(reason.AsString)) : moved;
    }

    /// <summary>A delivery or one of its earlier activities, by the delivery's key of now.</summary>
    private static BsonDocument Moved(BsonDocument row, BsonValue delivery)
    {
        var moved = (BsonDocument)row.Clone();

        foreach (var scope in Scopes.Where(row.Contains))
        {
            moved[scope] = MongoKeys.Number(row[scope].AsString);
        }

        return row.Contains("e")
            ? moved.Set("_id", MongoDerived.EarlierKey(delivery, row["s"].ToInt32())).Set("e", delivery)
            : moved.Set("_id", delivery);
    }

    /// <summary>In the layout of now. What cannot be read stays as it is: verify tells of it.</summary>
    private static async Task<BsonBinaryData> StateAsync(
        BsonDocument row, DeliveryKey name, MongoTexts texts, MongoClassifications classifications, CancellationToken cancellationToken)
    {
        var bytes = row["state"].AsByteArray;

        if (bytes is not [DeliveryStateLayout1.Layout, ..])
        {
            return new(bytes);
        }

        try
        {
            var state = DeliveryStateLayout1.Decode(bytes, classifications);
            await classifications.StoreAsync(MongoClassifications.In(state), cancellationToken);
            var output = new ArrayBufferWriter<byte>();
            DeliveryCodec.Encode(new(name.MessageKey, name.Recipient, state), texts, output);

            return new(output.WrittenSpan.ToArray());
        }
        catch (Exception damage) when (UnreadableRows.IsDamage(damage))
        {
            return new(bytes);
        }
    }
}
