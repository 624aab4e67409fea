using System.Globalization;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.Administration;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb;
using MailStats.Stores.MongoDb.Administration;
using MailStats.Stores.MongoDb.Collections;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Lists;
using MailStats.Stores.MongoDb.Notifications;
using MailStats.Stores.MongoDb.Quotas;
using MailStats.Stores.MongoDb.Replies;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.MongoDb.Upkeep;
using MailStats.Stores.MongoDb.Webhooks;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>A MongoDB store in a database of its own, dropped afterwards. The server: see <see cref="MongoServer"/>.</summary>
internal sealed class MongoStores : IStores
{
    private readonly bool _owned;
    private readonly TimeProvider _time;
    private readonly StorageOptions _options;
    private readonly MongoDatabase _database;
    private readonly MongoClassifications _classifications;
    private readonly MongoDeliveryStore _deliveries;
    private readonly MongoQuotaStore _quotas;
    private readonly QuotaOptions _quotaOptions;

    public MongoStores(StorageOptions? options, string connectionString, TimeProvider? time = null, QuotaOptions? quotas = null)
        : this(options, connectionString, "mailstats-test-" + Guid.NewGuid().ToString("N"), time ?? TimeProvider.System, quotas ?? new()) => _owned = true;

    private MongoStores(StorageOptions? options, string connectionString, string database, TimeProvider time, QuotaOptions quotas)
    {
        _time = time;
        _quotaOptions = quotas;
        _options = options ?? new();
        _options.ConnectionString = connectionString;
        _options.Database = database;
        _database = new(_options);
        _classifications = new(_database);
        var privacy = new MongoPrivacy(_options, _database);
        var transactions = new MongoQuotaTransactions(_database, Options.Create(quotas), time);
        _deliveries = new(_database, _classifications, privacy, transactions);
        _quotas = new(transactions);
        PolicyTests = new MongoPolicyTestStore(_database, time);
        Statistics = new MongoStatisticsStore(_database);
        Log = new MongoDeliveryLog(_database, _classifications, privacy);
        Journal = new MongoIntakeJournal(_database, time);
        Keys = new MongoApiKeyStore(_database, time);
        Tenants = new MongoTenantStore(_database, time);
        Outbox = new MongoOutbox(_database, time);
        Erasures = new MongoErasureStore(_database, _classifications, privacy, time);
        Retention = new MongoRetentionStore(_database, _classifications);
        Verification = new MongoVerificationStore(_database, _classifications);
        Notifications = new MongoNotificationStore(_database, time);
        Collections = new MongoCollectionStore(_database, time);
        Audit = new MongoAuditStore(_database);
        Users = new MongoUserStore(_database);
        Secrets = new MongoSecretStore(_database);
        WebhookSources = new MongoWebhookSourceStore(_database);
        ReplyRules = new MongoReplyRuleStore(_database);
        ReplyHistory = new MongoReplyHistory(_database, _classifications);
    }

    /// <summary>Its database.</summary>
    public string Name => _options.Database;

    public MongoDatabase Database => _database;

    public IDeliveryStore Deliveries => _deliveries;

    public IStatisticsStore Statistics { get; }

    public IDeliveryLog Log { get; }

    public IIntakeJournal Journal { get; }

    public IApiKeyStore Keys { get; }

    public ITenantStore Tenants { get; }

    public IOutbox Outbox { get; }

    public IErasureStore Erasures { get; }

    public IRetentionStore Retention { get; }

    public IVerificationStore Verification { get; }

    public INotificationStore Notifications { get; }

    public ICollectionStore Collections { get; }

    public IAuditStore Audit { get; }

    public IUserStore Users { get; }

    public ISecretStore Secrets { get; }

    public IWebhookSourceStore WebhookSources { get; }

    public IReplyRuleStore ReplyRules { get; }

    public IReplyHistory ReplyHistory { get; }

    public IQuotaStore Quotas => _quotas;

    public IPolicyTestStore PolicyTests { get; }

    public IStores Another(StorageOptions? options = null) => new MongoStores(options, _options.ConnectionString!, _options.Database, _time, _quotaOptions);

    public async Task<IReadOnlyList<string>> DumpAsync()
    {
        var lines = new List<string>();

        foreach (var (name, collection) in new[]
        {
            ("rollup", _database.Rollups), ("provider", _database.Providers), ("reason", _database.Reasons), ("earlier", _database.Earlier), ("delivery", _database.Deliveries),
        })
        {
            foreach (var row in await collection.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync())
            {
                var words = row.TryGetValue("state", out var state) ? TemporaryStore.InWords(DeliveryStateCodec.Decode(state.AsByteArray, _classifications)) : "";
                row.Remove("state");
                var fields = row.OrderBy(element => element.Name, StringComparer.Ordinal).Select(element => $"{element.Name}={Word(element.Value)}");
                lines.Add($"{name}|{string.Join('|', fields)}|{words}");
            }
        }

        foreach (var row in await _database.QuotaCounters.Find(new BsonDocument("$or", new BsonArray { new BsonDocument("used", new BsonDocument("$ne", 0)), new BsonDocument("reserved", new BsonDocument("$ne", 0)) })).ToListAsync())
        {
            lines.Add($"quota|{Word(row["_id"])}|{row["ends"]}|{row["used"]}|{row["reserved"]}|{row["unreserved"]}");
        }

        lines.Sort(StringComparer.Ordinal);

        return lines;
    }

    public async Task SpoilAsync()
    {
        await _database.Rollups.UpdateManyAsync(
            FilterDefinition<BsonDocument>.Empty, new BsonDocument("$inc", new BsonDocument { { "d", 1L }, { "q", -1L } }));
        await _database.Deliveries.UpdateManyAsync(FilterDefinition<BsonDocument>.Empty, new BsonDocument("$set", new BsonDocument("s", 2)));
        await _database.Earlier.DeleteManyAsync(FilterDefinition<BsonDocument>.Empty);
        await _database.Earlier.InsertOneAsync(new() { { "_id", "gone\n4" }, { "e", "gone" }, { "t", "acme" }, { "h", 1L }, { "at", 0L }, { "s", 4 } });
        await _database.QuotaCounters.UpdateManyAsync(FilterDefinition<BsonDocument>.Empty, new BsonDocument("$inc", new BsonDocument("used", 1L)));
    }

    public async ValueTask DisposeAsync()
    {
        await _deliveries.DisposeAsync();
        await _quotas.DisposeAsync();

        if (_owned)
        {
            using var client = new MongoClient(_options.ConnectionString);
            await client.DropDatabaseAsync(_options.Database);
        }

        _database.Dispose();
    }

    // A number is the same number whether it came to be as 32 or as 64 bits.
    private static string Word(BsonValue value) =>
        value.IsNumeric ? value.ToInt64().ToString(CultureInfo.InvariantCulture) : value.ToString()!.Replace('\n', '/');
}
