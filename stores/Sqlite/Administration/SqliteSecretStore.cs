using System.Collections.Concurrent;
using System.Security.Cryptography;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteSecretStore(SqliteDatabase database) : ISecretStore
{
    private const int Length = 32;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    public async ValueTask<byte[]> GetOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        return _known.GetOrAdd(name, await CreateAsync(name, cancellationToken));
    }

    public async Task<byte[]> CurrentAsync(string name, CancellationToken cancellationToken) =>
        database.Read(session => Find(session, name)) ?? await CreateAsync(name, cancellationToken);

    public Task ReplaceAsync(string name, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")
                    .Bind(1, name).Bind(2, RandomNumberGenerator.GetBytes(Length))
                    .Execute();

                return true;
            },
            cancellationToken);

    private Task<byte[]> CreateAsync(string name, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
                    .Bind(1, name).Bind(2, RandomNumberGenerator.GetBytes(Length))
                    .Execute();

                return Find(session, name)!;
            },
            cancellationToken);

    private static byte[]? Find(SqliteSession session, string name)
    {
        var row = session.Prepare("SELECT value FROM secrets WHERE name = ?1").Bind(1, name);
        var value = row.Step() ? row.Blob(0).ToArray() : null;
        row.Reset();

        return value;
    }
}
