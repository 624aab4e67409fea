using System.Collections.Concurrent;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

internal sealed class MongoApiKeyStore(MongoDatabase database, TimeProvider time) : IApiKeyStore
{
    /// <summary>Other processes' revocations take effect after this; this process's own at once.</summary>
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromMinutes(5);

    private const int MaxCached = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKey? Key, long Until)> _cache = new(StringComparer.Ordinal);

    public async ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexString(ApiKeySecrets.Hash(key));
        var now = time.GetUtcNow();

        if (!_cache.TryGetValue(hash, out var cached) || now.UtcTicks >= cached.Until)
        {
            var row = await database.UseAsync(
                () => database.Keys.Find(new BsonDocument("hash", hash)).FirstOrDefaultAsync(cancellationToken), cancellationToken);
            var found = row is null ? null : KeyOf(row);

            if (_cache.Count >= MaxCached)
            {
                _cache.Clear();
            }

            cached = (found, (now + CachedFor).UtcTicks);
            _cache[hash] = cached;

            if (found is not null && found.IsValid(now) && !(now - found.LastUsedAt < UseRecordedEvery))
            {
                await database.UseAsync(
                    () => database.Keys.UpdateOneAsync(
                        new BsonDocument("_id", found.Id),
                        new BsonDocument("$max", new BsonDocument("lastUsedAt", UnixTime.ToMicroseconds(now))),
                        cancellationToken: cancellationToken),
                    cancellationToken);
            }
        }

        return cached.Key is { } known && known.IsValid(now) ? known : null;
    }

    public async Task<NewApiKey> CreateAsync(
        string tenantId, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var key = ApiKeySecrets.NewKey();
        var now = time.GetUtcNow();
        var row = new BsonDocument
        {
            { "_id", Guid.CreateVersion7(now).ToString("N") }, { "hash", Convert.ToHexString(ApiKeySecrets.Hash(key)) }, { "tenant", tenantId },
            { "name", name }, { "scopes", new BsonArray(scopes) }, { "createdAt", UnixTime.ToMicroseconds(now) },
        };

        if (expiresAt is { } end)
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
        _cache.Clear();

        return revoked.MatchedCount > 0;
    }

    private static ApiKey KeyOf(BsonDocument row) => new(
        row["_id"].AsString,
        row["tenant"].AsString,
        row["name"].AsString,
        [.. row["scopes"].AsBsonArray.Select(scope => scope.AsString)],
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()),
        TimeAt(row, "expiresAt"),
        TimeAt(row, "lastUsedAt"),
        TimeAt(row, "revokedAt"));

    private static DateTimeOffset? TimeAt(BsonDocument row, string field) =>
        row.TryGetValue(field, out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null;
}
