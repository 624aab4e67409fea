using System.Globalization;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.MongoDb;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.MongoDb.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Opens MongoDB stores.</summary>
public sealed class InMongoDb : IStoresOpener
{
    public static async Task<OpenedStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null) =>
        new TemporaryMongoStore(await MongoServer.AddressAsync(), options, time, quotas);
}

/// <summary>MongoDB stores in a database of their own, dropped afterwards. The server: see <see cref="MongoServer"/>.</summary>
internal sealed class TemporaryMongoStore : OpenedStores
{
    private readonly StorageOptions _options;
    private readonly bool _owned;

    public TemporaryMongoStore(string address, StorageOptions? options = null, TimeProvider? time = null, QuotaOptions? quotas = null)
        : this(In(address, "mailstats-test-" + Guid.NewGuid().ToString("N"), options ?? new()), owned: true, time, quotas)
    {
    }

    private TemporaryMongoStore(StorageOptions options, bool owned, TimeProvider? time, QuotaOptions? quotas)
        : base(MongoStores.AddServices, options, time, quotas) => (_options, _owned) = (options, owned);

    /// <summary>Another process on a database that is there, with a clock of its own.</summary>
    public static TemporaryMongoStore On(string address, string database, TimeProvider time) =>
        new(In(address, database, new()), owned: false, time, quotas: null);

    /// <summary>Its database.</summary>
    public string Name => _options.Database;

    public MongoDatabase Database => Get<MongoDatabase>();

    public MongoWriter Writer => Get<MongoWriter>();

    public MongoRollupFolding Folding => Get<MongoRollupFolding>();

    public MongoTexts Texts => Get<MongoTexts>();

    public override OpenedStores Another(StorageOptions? options = null) =>
        new TemporaryMongoStore(In(_options.ConnectionString!, Name, options ?? new()), owned: false, Time, QuotaOptions);

    public override async Task<IReadOnlyList<string>> DumpAsync()
    {
        var lines = new List<string>();

        foreach (var (name, collection) in new[]
        {
            ("earlier", Database.Earlier), ("delivery", Database.Deliveries),
        })
        {
            foreach (var row in await collection.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync())
            {
                var words = row.TryGetValue("state", out var state) ? InWords(Get<MongoTexts>().Read(row)) : "";
                row.Remove("state");
                // A mark for the search index, another one with every write.
                row.Remove("u");
                var fields = row.OrderBy(element => element.Name, StringComparer.Ordinal).Select(element => $"{element.Name}={Word(element.Value)}");
                lines.Add($"{name}|{string.Join('|', fields)}|{words}");
            }
        }

        foreach (var (name, collection) in new[] { ("rollup", Database.Rollups), ("provider", Database.Providers), ("reason", Database.Reasons) })
        {
            // All writers' rows of a place together.
            lines.AddRange(MongoRollupRows.ByPlace(await collection.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync())
                .Where(place => !place.Counts.IsEmpty)
                .Select(place => $"{name}|{Convert.ToHexString(place.Id.Bytes)}|{place.Names}|{new BsonDocument(place.Counts.Fields)}"));
        }

        var counted = new BsonDocument("$or", new BsonArray
        {
            new BsonDocument("used", new BsonDocument("$ne", 0)), new BsonDocument("reserved", new BsonDocument("$ne", 0)),
        });

        foreach (var row in await Database.QuotaCounters.Find(counted).ToListAsync())
        {
            lines.Add($"quota|{Word(row["_id"])}|{row["ends"]}|{row["used"]}|{row["reserved"]}|{row["unreserved"]}");
        }

        var tally = new Tally();

        foreach (var sheet in await Database.Tallies.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync())
        {
            MongoTallies.Read(sheet, (key, count) => tally.Add(MongoTallies.PlaceOf(sheet), key, count));
        }

        lines.AddRange(InWords(tally));
        lines.Sort(StringComparer.Ordinal);

        return lines;
    }

    public override async Task IndexAsync(bool all)
    {
        var indexer = Get<MongoSearchIndexer>();

        do
        {
            await Database.UseAsync(() => Task.FromResult(true), default);
        }
        while (await indexer.StepAsync(default) > 0 && all);
    }

    public override Task<IReadOnlyCollection<string>> IndexedTermsAsync() => Database.UseAsync(
        async () =>
        {
            using var snapshot = await Database.StartSnapshotAsync(default);

            return TermsOf(MongoSegment.ReadAll(Database, snapshot));
        },
        default);

    public override Task SpoilIndexAsync() => Database.SearchParts.DeleteManyAsync(new BsonDocument("f", new BsonDocument("$exists", true)));

    public override Task MarkOlderAsync() => Database.Facts.DeleteOneAsync(new BsonDocument("_id", "figures"));

    public override async Task DamageFirstAsync(PackedRow table)
    {
        var (collection, order, field, content) = table switch
        {
            PackedRow.Suppression => (Database.Suppressions, "s", "f", (BsonValue)new BsonBinaryData([0x7b])),
            PackedRow.Incident => (Database.Incidents, "id", "content", "{"),
            PackedRow.ReplyRule => (Database.ReplyRules, "place", "content", "null"),
            _ => (Database.Deliveries, "at", "state", new BsonBinaryData([0x02, 0xff])),
        };
        var first = await collection.Find(FilterDefinition<BsonDocument>.Empty).Sort(new BsonDocument(order, 1)).FirstAsync();
        await collection.UpdateOneAsync(new BsonDocument("_id", first["_id"]), new BsonDocument("$set", new BsonDocument(field, content)));
    }

    public override async Task SpoilAsync()
    {
        await Database.Rollups.UpdateManyAsync(
            FilterDefinition<BsonDocument>.Empty, new BsonDocument("$inc", new BsonDocument { { "d.t", 1 }, { "q.t", -1 } }));
        await Database.Deliveries.UpdateManyAsync(FilterDefinition<BsonDocument>.Empty, new BsonDocument("$set", new BsonDocument("s", 2)));
        await Database.Earlier.DeleteManyAsync(FilterDefinition<BsonDocument>.Empty);
        await Database.Tallies.DeleteOneAsync(new BsonDocument("l", 0));
        await Database.Earlier.InsertOneAsync(new() { { "_id", "gone\n4" }, { "e", "gone" }, { "t", "acme" }, { "h", 1L }, { "at", 0L }, { "s", 4 } });
        await Database.QuotaCounters.UpdateManyAsync(FilterDefinition<BsonDocument>.Empty, new BsonDocument("$inc", new BsonDocument("used", 1L)));
    }

    protected override async Task RemoveAsync()
    {
        if (_owned)
        {
            using var client = new MongoClient(_options.ConnectionString);
            await client.DropDatabaseAsync(Name);
        }
    }

    private static StorageOptions In(string address, string database, StorageOptions options)
    {
        (options.ConnectionString, options.Database) = (address, database);

        return options;
    }

    // A number is the same number whether it came to be as 32 or as 64 bits.
    private static string Word(BsonValue value) =>
        value.IsNumeric ? value.ToInt64().ToString(CultureInfo.InvariantCulture) : value.ToString()!.Replace('\n', '/');
}
