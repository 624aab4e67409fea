using MailStats.MongoStandIn.Language;
using MailStats.MongoStandIn.Rows;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>Queries. Each sees one moment: its transaction's, its snapshot session's, or now.</summary>
internal sealed class Reading(Engine engine, Cursors cursors)
{
    public BsonDocument Find(Request request, Transaction? transaction)
    {
        request.Allow("find", "filter", "sort", "projection", "skip", "limit", "batchSize", "singleBatch");
        var rows = Rows(request, "find", request.Document("filter"), new(request.Document("sort")), transaction, out var held).Skip(request.Integer("skip", 0));

        if (request.Integer("limit", 0) is > 0 and var limit)
        {
            rows = rows.Take(limit);
        }

        var projection = request.Document("projection");

        return Open(request, "find", rows.Select(row => Expression.Project(row, projection)), request.Body, held);
    }

    public BsonDocument Aggregate(Request request, Transaction? transaction)
    {
        request.Allow("aggregate", "pipeline", "cursor");
        var stages = request.Body["pipeline"].AsBsonArray.Select(stage => stage.AsBsonDocument).ToList();
        var filter = new BsonDocument();

        if (stages is [var first, ..] && first.TryGetValue("$match", out var match))
        {
            filter = match.AsBsonDocument;
            stages.RemoveAt(0);
        }

        var rows = Rows(request, "aggregate", filter, new(null), transaction, out var held);

        return Open(request, "aggregate", Pipeline.Run(rows, stages), request.Document("cursor"), held);
    }

    public BsonDocument Distinct(Request request, Transaction? transaction)
    {
        request.Allow("distinct", "key", "query");
        var key = Names.Plain(request.Body["key"].AsString);
        var rows = Rows(request, "distinct", request.Document("query"), new(null), transaction, out var held);

        using (held)
        {
            var values = rows.Where(row => row.Contains(key)).Select(row => row[key]).ToHashSet(Order.Instance);
            var answer = new BsonDocument("values", new BsonArray(values));

            return request.IsSnapshot ? answer.Add("atClusterTime", new BsonTimestamp(held.Time)) : answer;
        }
    }

    public BsonDocument ListIndexes(Request request)
    {
        request.Allow("listIndexes", "cursor");
        var name = request.Collection("listIndexes");
        var indexes = engine.Find(name)?.Indexes.Select(index => index.Definition) ?? [];

        return cursors.Open(name, indexes, null, single: true, engine.Hold(engine.Now), tellTime: false);
    }

    private IEnumerable<BsonDocument> Rows(Request request, string command, BsonDocument filter, SortOrder sort, Transaction? transaction, out Held held)
    {
        var moment = transaction?.Moment ?? new(request.IsSnapshot ? request.SnapshotTime ?? engine.Now : engine.Now);

        if (moment.Time < engine.Kept && request.IsSnapshot)
        {
            throw new CommandError(ErrorCode.SnapshotTooOld, "The moment of the session is not kept any more.");
        }

        held = engine.Hold(moment.Time);

        return engine.Find(request.Collection(command))?.Find(new(filter), sort, moment).Select(row => row.Document) ?? [];
    }

    private BsonDocument Open(Request request, string command, IEnumerable<BsonDocument> rows, BsonDocument options, Held held)
    {
        try
        {
            return cursors.Open(
                request.Collection(command), rows, options.TryGetValue("batchSize", out var size) ? size.ToInt32() : null,
                request.Flag("singleBatch"), held, request.IsSnapshot);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
