using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Webhooks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Webhooks;

/// <summary>Content <c>c</c> by token; expired ones go by themselves (a TTL index).</summary>
internal sealed class MongoWebhookTokenStore(MongoDatabase database) : IWebhookTokenStore
{
    public Task<bool> UseAsync(Guid token, Guid content, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var row = new BsonDocument
                {
                    { "_id", Binary(token) }, { "c", Binary(content) }, { "expiresAt", new BsonDateTime(expiresAt.UtcDateTime) },
                };

                try
                {
                    await database.WebhookTokens.InsertOneAsync(row, cancellationToken: cancellationToken);

                    return true;
                }
                catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
                {
                    var known = await database.WebhookTokens.Find(new BsonDocument("_id", Binary(token))).FirstOrDefaultAsync(cancellationToken);

                    // It may have expired in this very moment; then it is too old for its post as well.
                    return known?["c"] == Binary(content);
                }
            },
            cancellationToken);

    private static BsonBinaryData Binary(Guid value) => new(value.ToByteArray());
}
