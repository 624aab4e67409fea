using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>Operations on a collection.</summary>
internal static class SpecRows
{
    public static async Task<BsonValue?> DoAsync(IMongoCollection<BsonDocument> rows, string name, SpecOptions options, IClientSessionHandle? session)
    {
        if (!rows.Settings.WriteConcern.IsAcknowledged)
        {
            throw new NotKnownException("writes that are not acknowledged");
        }

        // The driver takes a session or none by different methods; an implicit one is as good as none here.
        using var own = session is null ? rows.Database.Client.StartSession(new() { CausalConsistency = false }) : null;
        var within = session ?? own!;

        switch (name)
        {
            case "find" or "findOne":
                var found = await FindAsync(rows, options, within);
                return name == "find" ? found : found.FirstOrDefault() ?? BsonNull.Value;
            case "aggregate":
                var pipeline = options.List("pipeline").Select(stage => stage.AsBsonDocument).ToArray();
                var how = new AggregateOptions
                {
                    BatchSize = options.Number("batchSize"), Collation = options.Collation(), Let = options.Maybe("let"), Comment = options.Value("comment"),
                    AllowDiskUse = options.Flag("allowDiskUse"), BypassDocumentValidation = options.Flag("bypassDocumentValidation"),
                };
                options.Done();
                return new BsonArray(await (await rows.AggregateAsync<BsonDocument>(within, pipeline, how)).ToListAsync());
            case "countDocuments":
                var counting = new CountOptions
                {
                    Skip = options.Number("skip"), Limit = options.Number("limit"), Collation = options.Collation(), Comment = options.Value("comment"),
                };
                var counted = options.Document("filter");
                options.Done();
                return await rows.CountDocumentsAsync(within, counted, counting);
            case "distinct":
                var (field, filter) = (options.Value("fieldName")!.AsString, options.Document("filter"));
                var distinct = new DistinctOptions { Collation = options.Collation(), Comment = options.Value("comment") };
                options.Done();
                return new BsonArray(await (await rows.DistinctAsync<BsonValue>(within, field, filter, distinct)).ToListAsync());
            case "listIndexes" or "listIndexNames":
                _ = options.Number("batchSize");
                options.Done();
                return new BsonArray(await (await rows.Indexes.ListAsync(within, CancellationToken.None)).ToListAsync());
            case "createIndex":
                var index = new CreateIndexModel<BsonDocument>(
                    options.Document("keys"), new CreateIndexOptions { Name = options.Value("name")?.AsString, Unique = options.Flag("unique") });
                options.Done();
                return await rows.Indexes.CreateOneAsync(within, index);
            case "bulkWrite":
                var requests = options.List("requests").Select(request => SpecWrites.Of(request.AsBsonDocument)).ToList();
                var bulk = new BulkWriteOptions
                {
                    IsOrdered = options.Flag("ordered") ?? true, Let = options.Maybe("let"), Comment = options.Value("comment"),
                    BypassDocumentValidation = options.Flag("bypassDocumentValidation"),
                };
                options.Done();
                return SpecOperations.Told(await rows.BulkWriteAsync(within, requests, bulk));
            case "insertMany":
                var documents = options.List("documents").Select(row => row.AsBsonDocument).ToList();
                var inserting = new InsertManyOptions
                {
                    IsOrdered = options.Flag("ordered") ?? true, Comment = options.Value("comment"),
                    BypassDocumentValidation = options.Flag("bypassDocumentValidation"),
                };
                options.Done();
                await rows.InsertManyAsync(within, documents, inserting);
                return null;
            case "findOneAndUpdate" or "findOneAndReplace" or "findOneAndDelete":
                return await FindAndModifyAsync(rows, name, options, within);
            default:
                return await SpecWrites.OneAsync(rows, name, options, within);
        }
    }

    private static async Task<BsonArray> FindAsync(IMongoCollection<BsonDocument> rows, SpecOptions options, IClientSessionHandle session)
    {
        var filter = options.Document("filter");
        var how = new FindOptions<BsonDocument>
        {
            Sort = options.Maybe("sort"), Skip = options.Number("skip"), Limit = options.Number("limit"), BatchSize = options.Number("batchSize"),
            Projection = options.Maybe("projection"), Collation = options.Collation(), Comment = options.Value("comment"), Let = options.Maybe("let"),
            AllowDiskUse = options.Flag("allowDiskUse"), Hint = options.Value("hint"),
        };
        options.Done();

        return new(await (await rows.FindAsync(session, filter, how)).ToListAsync());
    }

    private static async Task<BsonValue> FindAndModifyAsync(
        IMongoCollection<BsonDocument> rows, string name, SpecOptions options, IClientSessionHandle session)
    {
        var filter = options.Document("filter");
        var returned = options.Value("returnDocument") == "After" ? ReturnDocument.After : ReturnDocument.Before;
        var (sort, projection, hint, collation, comment) =
            (options.Maybe("sort"), options.Maybe("projection"), options.Value("hint"), options.Collation(), options.Value("comment"));
        var (let, upsert) = (options.Maybe("let"), options.Flag("upsert") ?? false);
        BsonDocument? found;

        switch (name)
        {
            case "findOneAndUpdate":
                var update = options.Update();
                var changing = new FindOneAndUpdateOptions<BsonDocument>
                {
                    ReturnDocument = returned, Sort = sort, Projection = projection, Hint = hint, Collation = collation, Comment = comment, Let = let,
                    IsUpsert = upsert, ArrayFilters = options.ArrayFilters(), BypassDocumentValidation = options.Flag("bypassDocumentValidation"),
                };
                options.Done();
                found = await rows.FindOneAndUpdateAsync(session, filter, update, changing);
                break;
            case "findOneAndReplace":
                var replacement = options.Document("replacement");
                options.Done();
                found = await rows.FindOneAndReplaceAsync(session, filter, replacement, new FindOneAndReplaceOptions<BsonDocument>
                {
                    ReturnDocument = returned, Sort = sort, Projection = projection, Hint = hint, Collation = collation, Comment = comment, Let = let,
                    IsUpsert = upsert,
                });
                break;
            default:
                options.Done();
                found = await rows.FindOneAndDeleteAsync(session, filter, new FindOneAndDeleteOptions<BsonDocument>
                {
                    Sort = sort, Projection = projection, Hint = hint, Collation = collation, Comment = comment, Let = let,
                });
                break;
        }

        return found ?? (BsonValue)BsonNull.Value;
    }
}
