using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

internal sealed class MongoApiKeyStore(MongoDatabase database, TimeProvider time) : IApiKeyStore
{
    private readonly KeyCache _cache = new(time);

    public ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexString(ApiKeySecrets.Hash(key));

        return FindAsync(hash, new("hash", hash), cancellationToken);
    }

    public ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken) =>
        FindAsync($"{tenantId}/{keyId}", new() { { "_id", keyId }, { "tenant", tenantId } }, cancellationToken);

    public async Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken)
    {
        var key = ApiKeySecrets.NewKey();
        var now = time.GetUtcNow();
        var row = new BsonDocument
        {
            { "_id", Guid.CreateVersion7(now).ToString("N") }, { "hash", Convert.ToHexString(ApiKeySecrets.Hash(key)) }, { "tenant", tenantId },
            { "name", terms.Name }, { "scopes", new BsonArray(terms.Scopes) }, { "createdAt", UnixTime.ToMicroseconds(now) },
        };

        if (terms.Domains.Count > 0)
        {
            row.Add("domains", new BsonArray(terms.Domains));
        }

        if (terms.ExpiresAt is { } end)
        {
            row.Add("expiresAt", UnixTime.ToMicroseconds(end));
        }

        await database.UseAsync(
            async () =>
            {
                await database.Keys.InsertOneAsync(row, cancellationToken: cancellationToken);
                return true;
            },
            cancellationToken);

        return new(KeyOf(row), key);
    }

    public Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<ApiKey>>(
            async () =>
            {
                var rows = await database.Keys.Find(new BsonDocument("tenant", tenantId)).Sort(new BsonDocument("createdAt", 1)).ToListAsync(cancellationToken);

                return [.. rows.Select(KeyOf)];
            },
            cancellationToken);

    public async Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken)
    {
        // $min: a key that was revoked keeps the time of the first revocation.
        var revoked = await database.UseAsync(
            () => database.Keys.UpdateOneAsync(
                new BsonDocument { { "_id", keyId }, { "tenant", tenantId } },
                new BsonDocument("$min", new BsonDocument("revokedAt", UnixTime.ToMicroseconds(time.GetUtcNow()))),
                cancellationToken: cancellationToken),
            cancellationToken);
        _cache.Forget();

        return revoked.MatchedCount > 0;
    }

    private ValueTask<ApiKey?> FindAsync(string name, BsonDocument filter, CancellationToken cancellationToken) => _cache.FindAsync(
        name,
        async () =>
        {
            var row = await database.UseAsync(() => database.Keys.Find(filter).FirstOrDefaultAsync(cancellationToken), cancellationToken);

            return row is null ? null : KeyOf(row);
        },
        (id, now) => database.UseAsync(
            () => database.Keys.UpdateOneAsync(
                new BsonDocument("_id", id),
                new BsonDocument("$max", new BsonDocument("lastUsedAt", UnixTime.ToMicroseconds(now))),
                cancellationToken: cancellationToken),
            cancellationToken));

    private static ApiKey KeyOf(BsonDocument row) => new(
        row["_id"].AsString,
        row["tenant"].AsString,
        new(row["name"].AsString, WordsOf(row["scopes"]), row.TryGetValue("domains", out var domains) ? WordsOf(domains) : [], TimeAt(row, "expiresAt")),
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()),
        TimeAt(row, "lastUsedAt"),
        TimeAt(row, "revokedAt"));

    private static string[] WordsOf(BsonValue array) => [.. array.AsBsonArray.Select(word => word.AsString)];

    private static DateTimeOffset? TimeAt(BsonDocument row, string field) =>
        row.TryGetValue(field, out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null;
}
