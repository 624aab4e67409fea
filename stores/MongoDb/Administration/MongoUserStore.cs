using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

internal sealed class MongoUserStore(MongoDatabase database) : IUserStore
{
    public Task<IReadOnlyList<TenantUser>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<TenantUser>>(
            async () =>
            {
                var rows = await database.Users.Find(new BsonDocument("tenant", tenantId)).Sort(new BsonDocument("subject", 1)).ToListAsync(cancellationToken);

                return [.. rows.Select(UserOf)];
            },
            cancellationToken);

    public Task<TenantUser?> FindAsync(string tenantId, string subject, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.Users.Find(new BsonDocument("_id", MongoKeys.Of(tenantId, subject)))
                .FirstOrDefaultAsync(cancellationToken) is { } row
                ? UserOf(row)
                : null,
            cancellationToken);

    public Task<bool> ReplaceAsync(TenantUser user, Func<TenantUser?, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var key = new BsonDocument("_id", MongoKeys.Of(user.TenantId, user.Subject));

                if (!condition(await database.Users.Find(session, key).FirstOrDefaultAsync(token) is { } row ? UserOf(row) : null))
                {
                    return false;
                }

                await database.Users.UpdateOneAsync(
                    session,
                    key,
                    new BsonDocument
                    {
                        { "$set", new BsonDocument { { "name", user.Name }, { "role", (int)user.Role } } },
                        {
                            "$setOnInsert",
                            new BsonDocument
                            {
                                { "tenant", user.TenantId }, { "subject", user.Subject }, { "createdAt", UnixTime.ToMicroseconds(user.CreatedAt) },
                            }
                        },
                    },
                    new() { IsUpsert = true },
                    token);

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveAsync(string tenantId, string subject, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => (await database.Users.DeleteOneAsync(new BsonDocument("_id", MongoKeys.Of(tenantId, subject)), cancellationToken)).DeletedCount > 0,
            cancellationToken);

    private static TenantUser UserOf(BsonDocument row) => new(
        row["tenant"].AsString, row["subject"].AsString, row["name"].AsString, (UserRole)row["role"].ToInt32(),
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()));
}
