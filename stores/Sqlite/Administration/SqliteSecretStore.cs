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

        var secret = await database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
                    .Bind(1, name).Bind(2, RandomNumberGenerator.GetBytes(Length))
                    .Execute();
                var row = session.Prepare("SELECT value FROM secrets WHERE name = ?1").Bind(1, name);
                row.Step();
                var value = row.Blob(0).ToArray();
                row.Reset();

                return value;
            },
            cancellationToken);

        return _known.GetOrAdd(name, secret);
    }
}
