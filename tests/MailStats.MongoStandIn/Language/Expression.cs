using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>What is computed from a row.</summary>
internal static class Expression
{
    private const string This = "$$this.";

    /// <param name="expression">A constant, a field as <c>$name</c>, or an operator.</param>
    /// <param name="row">The row.</param>
    /// <param name="element">Of a list, within <c>$filter</c>.</param>
    public static BsonValue Of(BsonValue expression, BsonDocument row, BsonDocument? element = null) => expression switch
    {
        BsonString { Value: ['$', '$', ..] } name when element is not null && name.Value.StartsWith(This, StringComparison.Ordinal) =>
            element.GetValue(Names.Plain(name.Value[This.Length..]), BsonNull.Value),
        BsonString { Value: ['$', ..] } name => At(row, Names.Path(name.Value[1..])),
        BsonDocument { ElementCount: 1 } call => Call(call.GetElement(0), row, element),
        BsonDocument document => throw CommandError.Unknown($"the expression {document}"),
        _ => expression,
    };

    /// <summary>The fields that are asked for, each by a 1 or by what it is computed from; the key is always among them.</summary>
    public static BsonDocument Project(BsonDocument row, BsonDocument? fields)
    {
        if (fields is null || fields.ElementCount == 0)
        {
            return row;
        }

        var shown = new BsonDocument("_id", row["_id"]);

        foreach (var field in fields)
        {
            if (field.Value is BsonDocument computed)
            {
                shown[Names.Plain(field.Name)] = Of(computed, row);
            }
            else if (!field.Value.ToBoolean())
            {
                throw CommandError.Unknown("projections that leave fields out");
            }
            else if (row.TryGetValue(Names.Plain(field.Name), out var value))
            {
                shown[field.Name] = value;
            }
        }

        return shown;
    }

    /// <summary>Null where there is nothing, or what has no fields.</summary>
    private static BsonValue At(BsonValue value, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            if (value is BsonArray)
            {
                throw CommandError.Unknown($"the fields '{name}' of a list");
            }

            value = value is BsonDocument document ? document.GetValue(name, BsonNull.Value) : BsonNull.Value;
        }

        return value;
    }

    private static BsonValue Call(BsonElement call, BsonDocument row, BsonDocument? element)
    {
        switch (call.Name)
        {
            // What is no number counts for nothing. (Of a single list a server adds up the elements.)
            case "$sum" when call.Value is BsonArray all:
                return all.Select(one => Of(one, row, element)).Aggregate((BsonValue)0, (sum, value) => value is BsonArray && all.Count == 1
                    ? throw CommandError.Unknown("$sum of a list")
                    : Numbers.Add(sum, Order.Rank(value) == Order.Rank(0) ? value : 0));
            case "$literal":
                return call.Value;
            case "$ifNull" when call.Value is BsonArray { Count: 2 } either:
                return Of(either[0], row, element) is { IsBsonNull: false } value ? value : Of(either[1], row, element);
            case "$eq" when call.Value is BsonArray { Count: 2 } both:
                return Order.Instance.Equals(Of(both[0], row, element), Of(both[1], row, element));
            case "$filter" when call.Value is BsonDocument { ElementCount: 2 } filter:
                return new BsonArray(Of(filter["input"], row).AsBsonArray.Where(one => Of(filter["cond"], row, one.AsBsonDocument).ToBoolean()));
            default:
                throw CommandError.Unknown($"the expression {call.Name}");
        }
    }
}
