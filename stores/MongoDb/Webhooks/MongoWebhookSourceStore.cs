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
            async () => await database.WebhookSources.Find(new BsonDocument("_id", id)).FirstOrDefaultAsync(cancellationToken) is { } row ? SourceOf(row) : null,
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

        if (source.Sender is { } sender)
        {
            row.Add("sender", sender);
        }

        return database.UseAsync(
            async () =>
            {
                await database.WebhookSources.InsertOneAsync(row, cancellationToken: cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => (await database.WebhookSources.DeleteOneAsync(new BsonDocument { { "_id", id }, { "tenant", tenantId } }, cancellationToken)).DeletedCount > 0,
            cancellationToken);

    private static WebhookSource SourceOf(BsonDocument row) => new(
        row["_id"].AsString,
        row["tenant"].AsString,
        row["provider"].AsString,
        row["name"].AsString,
        row["secret"].AsString,
        row.TryGetValue("sender", out var sender) ? sender.AsString : null,
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()));
}
