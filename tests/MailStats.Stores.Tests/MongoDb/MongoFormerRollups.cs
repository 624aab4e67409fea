using System.Globalization;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Rollups as schema 5 wrote them: a row for each quarter hour and for each day, under a text as key.</summary>
internal static class MongoFormerRollups
{
    /// <summary>Puts them in the place of those that are there, half of them as rows of a writer.</summary>
    public static async Task WriteAsync(MongoDatabase database, MongoTexts texts)
    {
        var rows = new Dictionary<(string Collection, string Id), BsonDocument>();

        foreach (var delivery in await database.Deliveries.Find(new BsonDocument()).ToListAsync())
        {
            if (Contribution.Of(texts.Read(delivery).State) is { } contribution)
            {
                Add(rows, delivery["t"].AsString, contribution);
            }
        }

        foreach (var collection in new[] { database.Rollups, database.Providers, database.Reasons })
        {
            await collection.DeleteManyAsync(new BsonDocument());
            var name = collection.CollectionNamespace.CollectionName;
            await collection.InsertManyAsync(rows.Where(row => row.Key.Collection == name).Select((row, number) => number % 2 == 0
                ? row.Value
                : new BsonDocument(row.Value) { { "o", true }, { "u", 1_000L } }.Set("_id", "3@" + row.Key.Id)));
            await collection.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
                new BsonDocument { { "c", 1 }, { "l", 1 }, { "b", 1 } }, new() { Name = "c_l_b" }));
        }

        await database.Facts.UpdateOneAsync(
            new BsonDocument("_id", "schema"), new BsonDocument("$set", new BsonDocument { { "version", 5 }, { "oldest", 5 } }));
    }

    private static void Add(
        Dictionary<(string Collection, string Id), BsonDocument> rows, string tenant, in Contribution contribution)
    {
        var domain = MongoKeys.Domain(tenant, contribution.Mailbox.Domain);
        var counters = Contribution.CountersOf(contribution.Status, contribution.Complained, 1);
        var counts = new BsonDocument
        {
            { "r", counters.Recipients }, { "d", counters.Delivered }, { "s", counters.SoftBounces }, { "h", counters.HardBounces },
            { "q", counters.Pending }, { "k", counters.Complaints },
        };

        foreach (var (parent, scope) in new[] { ("", tenant), (tenant, domain), (domain, MongoKeys.Mailbox(tenant, contribution.Mailbox)) })
        {
            foreach (var (tier, start) in new[] { (0, contribution.Quarter), (1, UnixTime.FloorDivide(contribution.Quarter, 96)) })
            {
                var names = new BsonDocument { { "p", parent }, { "c", scope }, { "l", tier }, { "b", start } };
                Count("rollups", names, "", counts);
                Count("provider_rollups", names, contribution.Provider, counts);

                if (contribution.Reason is { } reason)
                {
                    Count("reason_rollups", names, MongoKeys.Reason(reason), new("count", 1L));
                }
            }
        }

        void Count(string collection, BsonDocument names, string name, BsonDocument by)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{names["l"]}|{names["b"].ToInt64():D9}|{names["c"].AsString}|{name}");

            if (!rows.TryGetValue((collection, id), out var row))
            {
                rows.Add((collection, id), row = new BsonDocument("_id", id).AddRange(names).Add("n", name));
            }

            foreach (var count in by)
            {
                row[count.Name] = row.GetValue(count.Name, 0L).ToInt64() + count.Value.ToInt64();
            }
        }
    }
}
