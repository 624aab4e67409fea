using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>
/// How a row is changed: by operators, or by another in its place. Rows are never changed themselves: readers of an earlier
/// moment hold them.
/// </summary>
internal sealed class Update
{
    private static readonly string[] Known = ["$set", "$setOnInsert", "$inc", "$max", "$min", "$unset", "$push"];

    private readonly BsonDocument _update;
    private readonly bool _replaces;

    public Update(BsonValue update)
    {
        _update = update as BsonDocument ?? throw CommandError.Unknown("updates by pipeline");
        _replaces = _update.ElementCount == 0 || !_update.GetElement(0).Name.StartsWith('$');

        if (!_replaces && _update.Names.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw CommandError.Unknown($"the update operator {unknown}");
        }
    }

    public BsonDocument Apply(BsonDocument row, bool inserts)
    {
        if (_replaces)
        {
            var id = _update.GetValue("_id", null) ?? row["_id"];

            return new BsonDocument("_id", id).Merge(_update);
        }

        var changed = (BsonDocument)row.Clone();

        foreach (var (name, fields) in _update.Elements.Select(element => (element.Name, element.Value.AsBsonDocument)))
        {
            if (name == "$setOnInsert" && !inserts)
            {
                continue;
            }

            foreach (var field in fields)
            {
                if (name == "$inc" && field.Name.Contains('.', StringComparison.Ordinal))
                {
                    var path = Names.Path(field.Name);
                    Apply(Inner(changed, path[..^1]), name, path[^1], field.Value);
                    continue;
                }

                Apply(changed, name, Names.Plain(field.Name), field.Value);
            }
        }

        return changed;
    }

    /// <summary>The document at a path, which is made where there is none. A number in the path is a name, unless it leads into a list.</summary>
    private static BsonDocument Inner(BsonDocument row, IEnumerable<string> path) => path.Aggregate(row, (outer, name) =>
    {
        // A copy: readers of an earlier moment hold what is there.
        var inner = !outer.TryGetValue(name, out var there) ? []
            : there is BsonDocument document ? (BsonDocument)document.Clone()
            : there is BsonArray ? throw CommandError.Unknown($"$inc in the list '{name}'")
            : throw new CommandError(ErrorCode.PathNotViable, $"Cannot create a field in element {{{name}: {there}}}");
        outer[name] = inner;

        return inner;
    });

    private static void Apply(BsonDocument row, string name, string field, BsonValue operand)
    {
        row.TryGetValue(field, out var before);

        switch (name)
        {
            case "$unset":
                row.Remove(field);
                break;
            case "$inc":
                row[field] = before is null ? operand : Numbers.Add(before, operand);
                break;
            case "$max" when before is not null && Order.Instance.Compare(operand, before) <= 0:
            case "$min" when before is not null && Order.Instance.Compare(operand, before) >= 0:
                break;
            case "$push" when operand is BsonDocument { ElementCount: > 0 } pushed && pushed.GetElement(0).Name.StartsWith('$'):
                row[field] = Pushed(before?.AsBsonArray ?? [], pushed);
                break;
            case "$push":
                row[field] = new BsonArray(before?.AsBsonArray ?? []) { operand };
                break;
            default:
                row[field] = operand;
                break;
        }
    }

    /// <summary>Several values at the end, of which the last <c>-$slice</c> stay.</summary>
    private static BsonArray Pushed(BsonArray before, BsonDocument push)
    {
        if (push.Names.FirstOrDefault(name => name is not ("$each" or "$slice")) is { } unknown)
        {
            throw CommandError.Unknown($"$push with {unknown}");
        }

        var all = new BsonArray(before.Concat(push["$each"].AsBsonArray));
        var kept = push.TryGetValue("$slice", out var slice) ? -slice.ToInt32() : all.Count;

        return kept < 0 ? throw CommandError.Unknown("$push with a positive $slice") : new BsonArray(all.TakeLast(kept));
    }
}

internal static class Numbers
{
    /// <summary>The sum in the wider of the two types; 32 bits become 64 where they do not suffice.</summary>
    public static BsonValue Add(BsonValue left, BsonValue right) => (left, right) switch
    {
        (BsonInt32 one, BsonInt32 other) when (long)one.Value + other.Value is >= int.MinValue and <= int.MaxValue => new BsonInt32(one.Value + other.Value),
        (BsonInt32 or BsonInt64, BsonInt32 or BsonInt64) => new BsonInt64(checked(left.ToInt64() + right.ToInt64())),
        (BsonInt32 or BsonInt64 or BsonDouble, BsonInt32 or BsonInt64 or BsonDouble) => new BsonDouble(left.ToDouble() + right.ToDouble()),
        _ => throw new CommandError(ErrorCode.BadValue, $"No sum of {left.BsonType} and {right.BsonType}."),
    };
}
