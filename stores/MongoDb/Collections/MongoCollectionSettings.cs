using MailStats.Contracts;
using MailStats.Stores.Collections;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Collections;

/// <summary>A tenant's collection settings: one row with its hosts' own in it, so that both change at once.</summary>
internal sealed class MongoCollectionSettings(MongoDatabase database)
{
    /// <param name="session">The transaction to read in; null for none.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<TenantCollectionSettings> ReadAllAsync(IClientSessionHandle? session, string tenantId, CancellationToken cancellationToken)
    {
        var wanted = new BsonDocument("_id", tenantId);
        var found = session is null ? database.CollectionSettings.Find(wanted) : database.CollectionSettings.Find(session, wanted);
        var row = await found.FirstOrDefaultAsync(cancellationToken);

        return new(OfTenant(row), HostsIn(row).ToDictionary(host => host["host"].AsString, SettingsOf, StringComparer.Ordinal));
    }

    /// <summary>The host's own setting where it has one, else its tenant's.</summary>
    public async Task<CollectionSettings> ReadAsync(string tenantId, string host, CancellationToken cancellationToken)
    {
        var row = await database.CollectionSettings
            .Find(new BsonDocument("_id", tenantId))
            .Project(new BsonDocument
            {
                { "enabled", 1 }, { "intervalHours", 1 }, { "continuous", 1 }, { "hosts", new BsonDocument("$filter", OnlyOf(host)) },
            })
            .FirstOrDefaultAsync(cancellationToken);

        return HostsIn(row).Select(SettingsOf).FirstOrDefault() ?? OfTenant(row);
    }

    /// <summary>Puts these in place of all that the tenant had.</summary>
    public Task<UpdateResult> SaveAsync(
        IClientSessionHandle session, string tenantId, TenantCollectionSettings settings, CancellationToken cancellationToken)
    {
        var row = RowOf(settings.Settings);
        row.Add("hosts", new BsonArray(settings.Hosts.Select(host => RowOf(host.Value).Add("host", host.Key))));

        return database.CollectionSettings.UpdateOneAsync(
            session, new BsonDocument("_id", tenantId), new BsonDocument("$set", row), new() { IsUpsert = true }, cancellationToken);
    }

    // A row of before hosts had their own has no list.
    private static BsonDocument OnlyOf(string host) => new()
    {
        { "input", new BsonDocument("$ifNull", new BsonArray { "$hosts", new BsonArray() }) },
        { "cond", new BsonDocument("$eq", new BsonArray { "$$this.host", new BsonDocument("$literal", host) }) },
    };

    // The row is there also when something was only asked for.
    private static CollectionSettings OfTenant(BsonDocument? row) => row is null || !row.Contains("enabled") ? new CollectionSettings() : SettingsOf(row);

    private static IEnumerable<BsonDocument> HostsIn(BsonDocument? row) =>
        row is not null && row.TryGetValue("hosts", out var hosts) ? hosts.AsBsonArray.Select(host => host.AsBsonDocument) : [];

    private static BsonDocument RowOf(CollectionSettings settings) => new()
    {
        { "enabled", settings.Enabled }, { "intervalHours", settings.IntervalHours }, { "continuous", settings.Continuous },
    };

    private static CollectionSettings SettingsOf(BsonDocument row) =>
        new() { Enabled = row["enabled"].AsBoolean, IntervalHours = row["intervalHours"].ToInt32(), Continuous = row["continuous"].AsBoolean };
}
