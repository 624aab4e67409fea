using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>Single writes, alone or in a bulk.</summary>
internal static class SpecWrites
{
    public static WriteModel<BsonDocument> Of(BsonDocument request)
    {
        var (name, arguments) = (request.GetElement(0).Name, request[0].AsBsonDocument);
        var options = new SpecOptions(arguments);
        var model = Of(name, options);
        options.Done();

        return model;
    }

    public static async Task<BsonValue?> OneAsync(IMongoCollection<BsonDocument> rows, string name, SpecOptions options, IClientSessionHandle session)
    {
        var (let, comment, bypass) = (options.Maybe("let"), options.Value("comment"), options.Flag("bypassDocumentValidation"));
        var model = Of(name, options);
        options.Done();

        switch (model)
        {
            case InsertOneModel<BsonDocument> insert:
                await rows.InsertOneAsync(session, insert.Document, new() { Comment = comment, BypassDocumentValidation = bypass });
                return null;
            case DeleteOneModel<BsonDocument> delete:
                return Told(await rows.DeleteOneAsync(
                    session, delete.Filter, new() { Collation = delete.Collation, Hint = delete.Hint, Let = let, Comment = comment }));
            case DeleteManyModel<BsonDocument> delete:
                return Told(await rows.DeleteManyAsync(
                    session, delete.Filter, new() { Collation = delete.Collation, Hint = delete.Hint, Let = let, Comment = comment }));
            case ReplaceOneModel<BsonDocument> replace:
                return Told(await rows.ReplaceOneAsync(session, replace.Filter, replace.Replacement, new ReplaceOptions<BsonDocument>
                {
                    Collation = replace.Collation, Hint = replace.Hint, IsUpsert = replace.IsUpsert, Let = let, Comment = comment, Sort = replace.Sort,
                    BypassDocumentValidation = bypass,
                }));
            case UpdateOneModel<BsonDocument> update:
                return Told(await rows.UpdateOneAsync(session, update.Filter, update.Update, new UpdateOptions<BsonDocument>
                {
                    Collation = update.Collation, Hint = update.Hint, IsUpsert = update.IsUpsert, ArrayFilters = update.ArrayFilters, Let = let,
                    Comment = comment, Sort = update.Sort, BypassDocumentValidation = bypass,
                }));
            case UpdateManyModel<BsonDocument> update:
                return Told(await rows.UpdateManyAsync(session, update.Filter, update.Update, new UpdateOptions<BsonDocument>
                {
                    Collation = update.Collation, Hint = update.Hint, IsUpsert = update.IsUpsert, ArrayFilters = update.ArrayFilters, Let = let,
                    Comment = comment, BypassDocumentValidation = bypass,
                }));
            default:
                throw new NotKnownException($"the write {name}");
        }
    }

    private static WriteModel<BsonDocument> Of(string name, SpecOptions options) => name switch
    {
        "insertOne" => new InsertOneModel<BsonDocument>(options.Document("document")),
        "deleteOne" => new DeleteOneModel<BsonDocument>(options.Document("filter")) { Collation = options.Collation(), Hint = options.Value("hint") },
        "deleteMany" => new DeleteManyModel<BsonDocument>(options.Document("filter")) { Collation = options.Collation(), Hint = options.Value("hint") },
        "replaceOne" => new ReplaceOneModel<BsonDocument>(options.Document("filter"), options.Document("replacement"))
        {
            Collation = options.Collation(), Hint = options.Value("hint"), IsUpsert = options.Flag("upsert") ?? false, Sort = options.Maybe("sort"),
        },
        "updateOne" => new UpdateOneModel<BsonDocument>(options.Document("filter"), options.Update())
        {
            Collation = options.Collation(), Hint = options.Value("hint"), IsUpsert = options.Flag("upsert") ?? false, Sort = options.Maybe("sort"),
            ArrayFilters = options.ArrayFilters(),
        },
        "updateMany" => new UpdateManyModel<BsonDocument>(options.Document("filter"), options.Update())
        {
            Collation = options.Collation(), Hint = options.Value("hint"), IsUpsert = options.Flag("upsert") ?? false, ArrayFilters = options.ArrayFilters(),
        },
        _ => throw new NotKnownException($"the operation {name}"),
    };

    private static BsonDocument Told(DeleteResult result) => result.IsAcknowledged ? new("deletedCount", result.DeletedCount) : [];

    private static BsonDocument Told(UpdateResult result) =>
        result.IsAcknowledged ? Told(result.MatchedCount, result.ModifiedCount, result.UpsertedId) : [];

    private static BsonDocument Told(ReplaceOneResult result) =>
        result.IsAcknowledged ? Told(result.MatchedCount, result.ModifiedCount, result.UpsertedId) : [];

    private static BsonDocument Told(long matched, long modified, BsonValue? upserted)
    {
        var told = new BsonDocument { { "matchedCount", matched }, { "modifiedCount", modified }, { "upsertedCount", upserted is null ? 0 : 1 } };

        return upserted is null ? told : told.Add("upsertedId", upserted);
    }
}
