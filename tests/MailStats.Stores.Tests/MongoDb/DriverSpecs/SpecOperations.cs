using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>What tests do to collections, databases and sessions, by MongoDB's own driver.</summary>
internal static class SpecOperations
{
    /// <summary>Operations whose command the stand-in does not know, with the command.</summary>
    public static readonly IReadOnlyDictionary<string, string> Refused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["listDatabases"] = "listDatabases", ["listDatabaseNames"] = "listDatabases", ["listDatabaseObjects"] = "listDatabases",
        ["listCollections"] = "listCollections", ["listCollectionNames"] = "listCollections", ["listCollectionObjects"] = "listCollections",
        ["dropCollection"] = "drop", ["createCollection"] = "create", ["modifyCollection"] = "collMod", ["mapReduce"] = "mapReduce",
        ["clientBulkWrite"] = "bulkWrite", ["count"] = "count", ["estimatedDocumentCount"] = "count",
    };

    public static async Task<BsonValue?> DoAsync(object entity, string name, BsonDocument arguments, IClientSessionHandle? session)
    {
        if (Refused.TryGetValue(name, out var command))
        {
            throw new RefusedException(command);
        }

        var options = new SpecOptions(arguments);
        var result = entity switch
        {
            IMongoCollection<BsonDocument> rows => await SpecRows.DoAsync(rows, name, options, session),
            IMongoDatabase database => await DoAsync(database, name, options, session),
            IClientSessionHandle itself => await DoAsync(itself, name, options),
            _ => throw new NotKnownException($"the operation {name} of a client"),
        };

        return result;
    }

    public static BsonDocument Told(BulkWriteResult<BsonDocument> result) => new()
    {
        { "insertedCount", result.InsertedCount }, { "matchedCount", result.MatchedCount }, { "modifiedCount", result.ModifiedCount },
        { "deletedCount", result.DeletedCount }, { "upsertedCount", result.Upserts.Count },
        { "upsertedIds", new BsonDocument(result.Upserts.Select(upsert => new BsonElement($"{upsert.Index}", upsert.Id))) },
    };

    private static async Task<BsonValue?> DoAsync(IMongoDatabase database, string name, SpecOptions options, IClientSessionHandle? session)
    {
        switch (name)
        {
            case "runCommand":
                var command = options.Document("command");
                _ = options.Value("commandName");
                options.Done();

                return session is null
                    ? await database.RunCommandAsync<BsonDocument>(command)
                    : await database.RunCommandAsync<BsonDocument>(session, command);
            case "aggregate":
                var pipeline = options.List("pipeline");
                _ = (options.Flag("allowDiskUse"), options.Maybe("let"));
                options.Done();

                return await database.RunCommandAsync<BsonDocument>(
                    new BsonDocument { { "aggregate", 1 }, { "pipeline", pipeline }, { "cursor", new BsonDocument() } });
            default:
                throw new NotKnownException($"the operation {name} of a database");
        }
    }

    private static async Task<BsonValue?> DoAsync(IClientSessionHandle session, string name, SpecOptions options)
    {
        switch (name)
        {
            case "startTransaction":
                session.StartTransaction(SpecOptions.Transaction(new BsonDocument(
                    new[] { "readConcern", "readPreference", "writeConcern", "maxCommitTimeMS" }
                        .Select(option => (option, Value: options.Value(option)))
                        .Where(pair => pair.Value is not null)
                        .Select(pair => new BsonElement(pair.option, pair.Value)))));
                break;
            case "commitTransaction":
                await session.CommitTransactionAsync();
                break;
            case "abortTransaction":
                await session.AbortTransactionAsync();
                break;
            case "endSession":
                session.Dispose();
                break;
            default:
                throw new NotKnownException($"the operation {name} of a session");
        }

        options.Done();

        return null;
    }
}

/// <summary>The stand-in does not know a command.</summary>
internal sealed class RefusedException(string command) : Exception(command);
