using System.Globalization;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Deliveries as schema 6 wrote them: under texts, and with texts where there are numbers now.</summary>
internal static class MongoFormerDeliveries
{
    /// <summary>Puts them in the place of those that are there, under the numbers that the search index knows.</summary>
    public static async Task WriteAsync(MongoDatabase database, MongoTexts texts)
    {
        var (deliveries, earlier) = (new List<BsonDocument>(), new List<BsonDocument>());

        foreach (var row in await database.Deliveries.Find(new BsonDocument()).ToListAsync())
        {
            var before = Of(row, texts);
            deliveries.Add(before);
            earlier.AddRange((await database.Earlier.Find(new BsonDocument("e", row["_id"])).ToListAsync()).Select(activity => EarlierOf(activity, before)));
        }

        await ReplaceAsync(database.Deliveries, deliveries);
        await ReplaceAsync(database.Earlier, earlier);
        await database.Deliveries.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("i", 1), new() { Name = "i" }));
        await database.Facts.UpdateOneAsync(
            new BsonDocument("_id", "schema"), new BsonDocument("$set", new BsonDocument { { "version", 6 }, { "oldest", 6 } }));
    }

    public static BsonDocument Of(BsonDocument row, MongoTexts texts)
    {
        var (messageKey, recipient, state) = texts.Read(row);
        var tenant = row["t"].AsString;
        var before = new BsonDocument(row)
            .Set("_id", string.Join('\n', tenant, messageKey, recipient)).Set("r", recipient).Set("i", row["_id"]);

        if (state.Mailbox() is { } mailbox)
        {
            before.Set("d", MongoKeys.Domain(tenant, mailbox.Domain)).Set("m", MongoKeys.Mailbox(tenant, mailbox));
        }

        return Contribution.Of(state)?.Reason is { } reason ? before.Set("x", MongoKeys.Reason(reason)) : before;
    }

    private static BsonDocument EarlierOf(BsonDocument activity, BsonDocument delivery)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{delivery["_id"].AsString}\n{activity["s"].ToInt32()}");

        return new BsonDocument(activity).Set("_id", key).Set("e", delivery["_id"]).Set("d", delivery["d"]).Set("m", delivery["m"]);
    }

    private static async Task ReplaceAsync(IMongoCollection<BsonDocument> collection, List<BsonDocument> rows)
    {
        await collection.DeleteManyAsync(new BsonDocument());

        if (rows.Count > 0)
        {
            await collection.InsertManyAsync(rows);
        }
    }
}
