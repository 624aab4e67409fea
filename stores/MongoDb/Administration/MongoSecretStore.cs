using System.Collections.Concurrent;
using System.Security.Cryptography;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

/// <summary>
/// Of several processes that ask for a name at the same time one inserts; the others' <c>$setOnInsert</c> does nothing and
/// they are given what is there. Acknowledged by a majority before anyone uses it, so no election takes it back.
/// </summary>
internal sealed class MongoSecretStore(MongoDatabase database) : ISecretStore
{
    private const int Length = 32;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    public async ValueTask<byte[]> GetOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        var row = await database.UseAsync(
            () => database.Secrets.FindOneAndUpdateAsync<BsonDocument>(
                new BsonDocument("_id", name),
                new BsonDocument("$setOnInsert", new BsonDocument("value", new BsonBinaryData(RandomNumberGenerator.GetBytes(Length)))),
                new() { IsUpsert = true, ReturnDocument = ReturnDocument.After },
                cancellationToken),
            cancellationToken);

        return _known.GetOrAdd(name, row["value"].AsByteArray);
    }
}
