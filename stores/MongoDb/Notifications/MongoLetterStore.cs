using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Notifications;

internal sealed class MongoLetterStore(MongoDatabase database) : ILetterStore
{
    public Task<LetterChoice?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.Letters.Find(new BsonDocument("_id", tenantId)).FirstOrDefaultAsync(cancellationToken) is { } row ? Read(row) : null,
            cancellationToken);

    public Task<bool> ReplaceAsync(LetterChoice choice, Func<LetterChoice?, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var key = new BsonDocument("_id", choice.TenantId);

                if (!condition(await database.Letters.Find(session, key).FirstOrDefaultAsync(token) is { } row ? Read(row) : null))
                {
                    return false;
                }

                await database.Letters.UpdateOneAsync(
                    session,
                    key,
                    new BsonDocument("$set", new BsonDocument
                    {
                        { "every", (int)choice.Every }, { "language", choice.Language }, { "changedAt", UnixTime.ToMicroseconds(choice.ChangedAt) },
                    }),
                    new() { IsUpsert = true },
                    token);

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<LetterChoice>> ListAsync(CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<LetterChoice>>(
            async () => [.. (await database.Letters
                .Find(new BsonDocument("every", new BsonDocument("$gt", (int)LetterRhythm.Off)))
                .Sort(new BsonDocument("_id", 1))
                .ToListAsync(cancellationToken))
                .Select(Read)],
            cancellationToken);

    private static LetterChoice Read(BsonDocument row) => new(
        row["_id"].AsString, (LetterRhythm)row["every"].ToInt32(), row["language"].AsString, UnixTime.FromMicroseconds(row["changedAt"].ToInt64()));
}
