using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteApiKeyStore(SqliteDatabase database, TimeProvider time) : IApiKeyStore
{
    private readonly KeyCache _cache = new(time);

    public ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecrets.Hash(key);

        return FindAsync(Convert.ToHexString(hash), "WHERE hash = ?1", statement => statement.Bind(1, hash), cancellationToken);
    }

    public ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken) =>
        FindAsync($"{tenantId}/{keyId}", "WHERE id = ?1 AND tenant = ?2", statement => statement.Bind(1, keyId).Bind(2, tenantId), cancellationToken);

    public async Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken)
    {
        var key = ApiKeySecrets.NewKey();
        var hash = ApiKeySecrets.Hash(key);
        var stored = new ApiKey(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), tenantId, terms, ToStored(time.GetUtcNow()), null, null);

        await database.WriteAsync(
            session =>
            {
                session.Prepare(
                        "INSERT INTO api_keys (id, hash, tenant, name, scopes, domains, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
                    .Bind(1, stored.Id).Bind(2, hash).Bind(3, tenantId).Bind(4, terms.Name).Bind(5, string.Join(' ', terms.Scopes))
                    .Bind(6, string.Join(' ', terms.Domains)).Bind(7, UnixTime.ToMicroseconds(stored.CreatedAt))
                    .Bind(8, terms.ExpiresAt is { } end ? UnixTime.ToMicroseconds(end) : null)
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
        _cache.Forget();

        return revoked;
    }

    private ValueTask<ApiKey?> FindAsync(
        string name, string where, Func<SqliteStatement, SqliteStatement> bind, CancellationToken cancellationToken) => _cache.FindAsync(
            name,
            () => Task.FromResult(database.Read(session => Select(session, where, bind)).SingleOrDefault()),
            (id, now) => RecordUseAsync(id, now, cancellationToken));

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
        var row = bind(session.Prepare(
            $"SELECT id, tenant, name, scopes, domains, expires_at, created_at, last_used_at, revoked_at FROM api_keys {where}"));

        while (row.Step())
        {
            keys.Add(new(
                row.Text(0),
                row.Text(1),
                new(row.Text(2), WordsOf(row, 3), WordsOf(row, 4), TimeAt(row, 5)),
                UnixTime.FromMicroseconds(row.Long(6)),
                TimeAt(row, 7),
                TimeAt(row, 8)));
        }

        return keys;
    }

    private static string[] WordsOf(SqliteStatement row, int column) => row.Text(column).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? TimeAt(SqliteStatement row, int column) =>
        row.LongOrNull(column) is { } at ? UnixTime.FromMicroseconds(at) : null;

    private static DateTimeOffset ToStored(DateTimeOffset moment) => UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(moment));
}
