using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Webhooks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Webhooks;

internal sealed class MongoWebhookSourceStore(MongoDatabase database) : IWebhookSourceStore
{
    private static readonly BsonDocument OldestFirst = new() { { "createdAt", 1 }, { "_id", 1 } };

    public Task<WebhookSource?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.WebhookSources.Find(new BsonDocument("_id", id)).FirstOrDefaultAsync(cancellationToken) is { } row
                ? SourceOf(row)
                : null,
            cancellationToken);

    public Task<IReadOnlyList<WebhookSource>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<WebhookSource>>(
            async () =>
            {
                var rows = await database.WebhookSources.Find(new BsonDocument("tenant", tenantId)).Sort(OldestFirst).ToListAsync(cancellationToken);

                return [.. rows.Select(SourceOf)];
            },
            cancellationToken);

    public Task AddAsync(WebhookSource source, CancellationToken cancellationToken)
    {
        var row = new BsonDocument
        {
            { "_id", source.Id }, { "tenant", source.TenantId }, { "provider", source.Provider }, { "name", source.Name },
            { "secret", source.Secret }, { "createdAt", UnixTime.ToMicroseconds(source.CreatedAt) },
        };

        foreach (var (name, value) in Optional(source).Where(field => field.Value is not null))
        {
            row.Add(name, value);
        }

        return database.UseAsync(
            async () =>
            {
                await database.WebhookSources.InsertOneAsync(row, cancellationToken: cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public Task<bool> SaveAsync(WebhookSource source, CancellationToken cancellationToken)
    {
        var (set, unset) = (new BsonDocument { { "name", source.Name }, { "secret", source.Secret } }, new BsonDocument());

        foreach (var (name, value) in Optional(source))
        {
            (value is null ? unset : set).Add(name, value ?? "");
        }

        var update = new BsonDocument("$set", set);

        if (unset.ElementCount > 0)
        {
            update.Add("$unset", unset);
        }

        return database.UseAsync(
            async () => (await database.WebhookSources.UpdateOneAsync(
                new BsonDocument { { "_id", source.Id }, { "tenant", source.TenantId } }, update, cancellationToken: cancellationToken)).MatchedCount > 0,
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var removed = await database.WebhookSources.DeleteOneAsync(
                    new BsonDocument { { "_id", id }, { "tenant", tenantId } }, cancellationToken);

                if (removed.DeletedCount > 0)
                {
                    await database.WebhookCounts.DeleteManyAsync(new BsonDocument("s", id), cancellationToken);
                    await database.WebhookRefusals.DeleteOneAsync(new BsonDocument("_id", id), cancellationToken);
                }

                return removed.DeletedCount > 0;
            },
            cancellationToken);

    private static (string Name, BsonValue? Value)[] Optional(WebhookSource source) =>
    [
        ("sender", source.Sender is null ? null : source.Sender),
        ("earlierSecret", source.EarlierSecret is null ? null : source.EarlierSecret),
        ("earlierUntil", source.EarlierUntil is { } until ? UnixTime.ToMicroseconds(until) : null),
    ];

    private static WebhookSource SourceOf(BsonDocument row) => new(
        row["_id"].AsString,
        row["tenant"].AsString,
        row["provider"].AsString,
        row["name"].AsString,
        row["secret"].AsString,
        row.TryGetValue("sender", out var sender) ? sender.AsString : null,
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()),
        row.TryGetValue("earlierSecret", out var earlier) ? earlier.AsString : null,
        row.TryGetValue("earlierUntil", out var until) ? UnixTime.FromMicroseconds(until.ToInt64()) : null);
}
