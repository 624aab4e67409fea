using System.Collections.Concurrent;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteApiKeyStore(SqliteDatabase database, TimeProvider time) : IApiKeyStore
{
    /// <summary>Other processes' revocations take effect after this; this process's own at once.</summary>
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromMinutes(5);

    private const int MaxCached = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKey? Key, long Until)> _cache = new(StringComparer.Ordinal);

    public async ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecrets.Hash(key);
        var name = Convert.ToHexString(hash);
        var now = time.GetUtcNow();

        if (!_cache.TryGetValue(name, out var cached) || now.UtcTicks >= cached.Until)
        {
            var found = database.Read(session => Select(session, "WHERE hash = ?1", statement => statement.Bind(1, hash))).SingleOrDefault();

            if (_cache.Count >= MaxCached)
            {
                _cache.Clear();
            }

            cached = (found, (now + CachedFor).UtcTicks);
            _cache[name] = cached;

            if (found is not null && found.IsValid(now) && !(now - found.LastUsedAt < UseRecordedEvery))
            {
                await RecordUseAsync(found.Id, now, cancellationToken);
            }
        }

        return cached.Key is { } known && known.IsValid(now) ? known : null;
    }

    public async Task<NewApiKey> CreateAsync(
        string tenantId, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var key = ApiKeySecrets.NewKey();
        var hash = ApiKeySecrets.Hash(key);
        var stored = new ApiKey(
            Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), tenantId, name, [.. scopes], ToStored(time.GetUtcNow()), expiresAt, null, null);

        await database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO api_keys (id, hash, tenant, name, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                    .Bind(1, stored.Id).Bind(2, hash).Bind(3, tenantId).Bind(4, name).Bind(5, string.Join(' ', scopes))
                    .Bind(6, UnixTime.ToMicroseconds(stored.CreatedAt)).Bind(7, expiresAt is { } end ? UnixTime.ToMicroseconds(end) : null)
                    .Execute();

                return true;
            },
            cancellationToken);

        return new(stored, key);
    }

    public Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ApiKey>>(database.Read(session =>
            Select(session, "WHERE tenant = ?1 ORDER BY created_at, id", statement => statement.Bind(1, tenantId))));

    public async Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken)
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var revoked = await database.WriteAsync(
            session =>
            {
                var row = session.Prepare("UPDATE api_keys SET revoked_at = ifnull(revoked_at, ?3) WHERE tenant = ?1 AND id = ?2 RETURNING id")
                    .Bind(1, tenantId).Bind(2, keyId).Bind(3, now);
                var found = row.Step();
                row.Reset();

                return found;
            },
            cancellationToken);
        _cache.Clear();

        return revoked;
    }

    private async Task RecordUseAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                session =>
                {
                    session.Prepare("UPDATE api_keys SET last_used_at = max(ifnull(last_used_at, 0), ?2) WHERE id = ?1")
                        .Bind(1, id).Bind(2, UnixTime.ToMicroseconds(now))
                        .Execute();

                    return true;
                },
                cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // A store that cannot be written to can still be read, by whoever has a key: when it was last used is not worth refusing.
        }
    }

    private static List<ApiKey> Select(SqliteSession session, string where, Func<SqliteStatement, SqliteStatement> bind)
    {
        var keys = new List<ApiKey>();
        var row = bind(session.Prepare($"SELECT id, tenant, name, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys {where}"));

        while (row.Step())
        {
            keys.Add(new(
                row.Text(0),
                row.Text(1),
                row.Text(2),
                row.Text(3).Split(' ', StringSplitOptions.RemoveEmptyEntries),
                UnixTime.FromMicroseconds(row.Long(4)),
                TimeAt(row, 5),
                TimeAt(row, 6),
                TimeAt(row, 7)));
        }

        return keys;
    }

    private static DateTimeOffset? TimeAt(SqliteStatement row, int column) =>
        row.LongOrNull(column) is { } at ? UnixTime.FromMicroseconds(at) : null;

    private static DateTimeOffset ToStored(DateTimeOffset moment) => UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(moment));
}
