using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Incidents;
using MailStats.Stores.MongoDb.Replies;
using MailStats.Stores.MongoDb.Suppression;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

/// <summary>
/// Reads every document whose content is packed in one field, and names those that cannot be read. A repair keeps what was
/// there in a collection that nothing trips over, and mends the document or takes it away.
/// </summary>
internal static class MongoRowVerification
{
    public static async Task<long> VerifyAsync(MongoDatabase database, DateTimeOffset? repairedAt, Action<string> tell, CancellationToken cancellationToken)
    {
        // What stands beside the facts says why and since when the address is on the list; what is not on it is forgotten.
        var damaged = await VerifyAsync(database, database.Suppressions, "t", "f", ReadFacts, MendFacts, repairedAt, tell, cancellationToken);
        // What goes on is found again from the attempts.
        damaged += await VerifyAsync(
            database, database.Incidents, "tenant", "content", row => MongoIncidentStore.ContentIn(row), _ => null, repairedAt, tell, cancellationToken);

        return damaged + await VerifyAsync(
            database, database.ReplyRules, "tenant", "content", row => MongoReplyRuleStore.ContentIn(row), _ => null, repairedAt, tell, cancellationToken);
    }

    private static Task<long> VerifyAsync(
        MongoDatabase database,
        IMongoCollection<BsonDocument> collection,
        string tenantField,
        string field,
        Action<BsonDocument> read,
        Func<BsonDocument, BsonDocument?> mend,
        DateTimeOffset? repairedAt,
        Action<string> tell,
        CancellationToken cancellationToken) => database.UseAsync(
        async () =>
        {
            var name = collection.CollectionNamespace.CollectionName;
            var damaged = 0L;
            using var rows = await collection.Find(new BsonDocument()).ToCursorAsync(cancellationToken);

            while (await rows.MoveNextAsync(cancellationToken))
            {
                foreach (var row in rows.Current.Where(row => IsDamaged(row, read)))
                {
                    damaged++;
                    tell($"{name} {row["_id"].ToString()!.Replace('\n', '/')} of tenant {row[tenantField]}: its {field} cannot be read");

                    if (repairedAt is { } at)
                    {
                        await database.TransactAsync(
                            (session, token) => SetAsideAsync(database, session, collection, row, field, mend(row), at, token), cancellationToken);
                    }
                }
            }

            return damaged;
        },
        cancellationToken);

    private static async Task<bool> SetAsideAsync(
        MongoDatabase database,
        IClientSessionHandle session,
        IMongoCollection<BsonDocument> collection,
        BsonDocument row,
        string field,
        BsonDocument? mended,
        DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        // As it was read: somebody may have mended it since.
        var same = new BsonDocument { { "_id", row["_id"] }, { field, row[field] } };
        await database.DamagedRows.InsertOneAsync(
            session,
            new() { { "origin", collection.CollectionNamespace.CollectionName }, { "row", row }, { "setAsideAt", at.UtcDateTime } },
            cancellationToken: cancellationToken);

        if (mended is null)
        {
            await collection.DeleteOneAsync(session, same, cancellationToken: cancellationToken);
        }
        else
        {
            await collection.ReplaceOneAsync(session, same, mended, cancellationToken: cancellationToken);
        }

        return true;
    }

    private static bool IsDamaged(BsonDocument row, Action<BsonDocument> read)
    {
        try
        {
            read(row);

            return false;
        }
        catch (Exception damage) when (UnreadableRows.IsDamage(damage))
        {
            return true;
        }
    }

    private static void ReadFacts(BsonDocument row)
    {
        MongoSuppressionRows.FactsIn(row, out var isDamaged);

        if (isDamaged)
        {
            throw new InvalidDataException("The facts cannot be read.");
        }
    }

    private static BsonDocument? MendFacts(BsonDocument row) => MongoSuppressionRows.FactsIn(row, out _) is { IsEmpty: false } left
        ? row.DeepClone().AsBsonDocument.Set("f", new BsonBinaryData(left.Write()))
        : null;
}
