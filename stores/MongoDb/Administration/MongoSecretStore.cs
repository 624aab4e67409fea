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

        return _known.GetOrAdd(name, await SetAsync("$setOnInsert", name, cancellationToken));
    }

    public async Task<byte[]> CurrentAsync(string name, CancellationToken cancellationToken)
    {
        var row = await database.UseAsync(() => database.Secrets.Find(new BsonDocument("_id", name)).FirstOrDefaultAsync(cancellationToken), cancellationToken);

        return row?["value"].AsByteArray ?? await SetAsync("$setOnInsert", name, cancellationToken);
    }

    public Task ReplaceAsync(string name, CancellationToken cancellationToken) => SetAsync("$set", name, cancellationToken);

    private async Task<byte[]> SetAsync(string how, string name, CancellationToken cancellationToken)
    {
        var row = await database.UseAsync(
            () => database.Secrets.FindOneAndUpdateAsync<BsonDocument>(
                new BsonDocument("_id", name),
                new BsonDocument(how, new BsonDocument("value", new BsonBinaryData(RandomNumberGenerator.GetBytes(Length)))),
                new() { IsUpsert = true, ReturnDocument = ReturnDocument.After },
                cancellationToken),
            cancellationToken);

        return row["value"].AsByteArray;
    }
}
