using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>The fields that rows are sorted by, each upwards (1) or downwards (-1).</summary>
internal sealed class SortOrder(BsonDocument? keys) : IComparer<BsonDocument>
{
    public IReadOnlyList<(string Field, int Direction)> Fields { get; } =
        [.. (keys ?? []).Elements.Select(key => (Names.Plain(key.Name), key.Value.ToInt32() < 0 ? -1 : 1))];

    public int Compare(BsonDocument? x, BsonDocument? y)
    {
        foreach (var (field, direction) in Fields)
        {
            var order = Order.Instance.Compare(x!.GetValue(field, BsonNull.Value), y!.GetValue(field, BsonNull.Value));

            if (order != 0)
            {
                return order * direction;
            }
        }

        return 0;
    }
}

internal static class Names
{
    /// <summary>A field of what a row holds: <c>name.inner</c>. Only <c>$inc</c> and expressions reach into rows.</summary>
    public static string[] Path(string path)
    {
        var names = path.Split('.');
        Array.ForEach(names, name => Plain(name));

        return names;
    }

    /// <summary>The name of a field of the row itself.</summary>
    public static string Plain(string name) =>
        name.Length == 0 || name[0] == '$' || name.Contains('.', StringComparison.Ordinal) ? throw CommandError.Unknown($"the field '{name}'") : name;
}
