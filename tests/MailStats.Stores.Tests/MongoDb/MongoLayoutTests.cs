using System.Text.Json;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Tests.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Documents of before a delivery kept its trail.</summary>
public sealed class MongoLayoutTests
{
    [SkippableFact]
    public async Task A_document_of_before_is_rewritten_at_a_start()
    {
        await using var older = new TemporaryMongoStore(await MongoServer.AddressAsync());
        await older.Deliveries.ApplyAsync([Some.HardBounce("m1", at: Some.Noon.AddHours(1))], default);
        var row = await older.Database.Deliveries.Find(new BsonDocument()).SingleAsync();
        await older.Database.Deliveries.DeleteOneAsync(new BsonDocument("_id", row["_id"]));
        await older.Database.Deliveries.InsertOneAsync(MongoFormerDeliveries.Of(row, older.Texts).Set("state", Old(OldStates.Tried)).Set("k", "m1"));
        await KnowAsync(older, Some.MailboxFull);
        await KnowAsync(older, Some.UserUnknown);
        await using var store = older.Another();

        var shown = Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items);
        var activity = (await store.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 1 }, default)).Items[0];
        Assert.Equal(("user_unknown", 3, "Grüße 🎉"), (shown.Reason, shown.Attempts, activity.Subject));

        await store.Deliveries.ApplyAsync([Some.Deferral("m1", at: Some.Noon.AddMinutes(-5))], default);

        var bytes = (await older.Database.Deliveries.Find(new BsonDocument("_id", row["_id"])).SingleAsync())["state"].AsByteArray;
        Assert.Equal(DeliveryCodec.Layout, bytes[0]);
        Assert.Equal(4, (await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items.Single().Attempts);
    }

    /// <summary>In the present layout, in that of before, in none, and without a byte.</summary>
    [SkippableFact]
    public async Task Damaged_bytes_are_named_and_set_aside_by_a_repair()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());
        string[] damaged = ["02FF", "01FF", "FF", ""];
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, damaged.Length + 1).Select(number => Some.Delivered($"m{number}"))], default);

        for (var number = 0; number < damaged.Length; number++)
        {
            var id = Builders<BsonDocument>.Filter.Eq("_id", MongoKeys.Delivery(new("acme", $"m{number}", "ann@example.net")));
            await store.Database.Deliveries.UpdateOneAsync(id, new BsonDocument("$set", new BsonDocument("state", Old(damaged[number]))));
        }

        var found = await store.Verification.VerifyAsync(repair: false, default);
        Assert.Equal(damaged.Length, found.Examples.Count(example => example.Contains("its state cannot be read", StringComparison.Ordinal)));

        await store.Verification.VerifyAsync(repair: true, default);

        var left = await store.Verification.VerifyAsync(repair: false, default);
        Assert.Equal((1L, 0L), (left.Deliveries, left.Differences));
        Assert.Equal(damaged.Length, await store.Database.Damaged.CountDocumentsAsync(new BsonDocument("t", "acme")));
    }

    private static BsonBinaryData Old(string bytes) => new(Convert.FromHexString(bytes));

    /// <summary>The old bytes name classifications 1 and 2.</summary>
    private static Task KnowAsync(TemporaryMongoStore store, Contracts.Classification cause) =>
        store.Database.Classifications.InsertOneAsync(new()
        {
            { "_id", cause.Hard ? 2L : 1L }, { "content", JsonSerializer.Serialize(cause, ClassificationJson.Default.Classification) },
        });
}
