using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>The stages of an aggregation after its first <c>$match</c>, which is a query.</summary>
internal static class Pipeline
{
    public static IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> rows, IEnumerable<BsonDocument> stages) =>
        stages.Select(stage => stage.GetElement(0)).Aggregate(rows, (before, stage) => stage.Name switch
        {
            "$sort" => before.Order(new SortOrder(stage.Value.AsBsonDocument)),
            "$group" => Group(before, stage.Value.AsBsonDocument),
            _ => throw CommandError.Unknown($"the stage {stage.Name} here"),
        });

    private static Dictionary<BsonValue, BsonDocument>.ValueCollection Group(IEnumerable<BsonDocument> rows, BsonDocument spec)
    {
        var groups = new Dictionary<BsonValue, BsonDocument>(Order.Instance);
        var fields = spec.Elements.Where(element => element.Name != "_id")
            .Select(element => (element.Name, Call: element.Value.AsBsonDocument.GetElement(0)))
            .ToList();

        foreach (var row in rows)
        {
            var key = Expression.Of(spec["_id"], row);

            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new("_id", key));
            }

            foreach (var (name, call) in fields)
            {
                var isFirst = !group.Contains(name);
                var value = Expression.Of(call.Value, row);

                switch (call.Name)
                {
                    // What is no number counts for nothing.
                    case "$sum":
                        group[name] = Numbers.Add(isFirst ? 0 : group[name], Order.Rank(value) == Order.Rank(0) ? value : 0);
                        break;
                    case "$first":
                        group[name] = isFirst ? value : group[name];
                        break;
                    default:
                        throw CommandError.Unknown($"the accumulator {call.Name}");
                }
            }
        }

        return groups.Values;
    }
}
