using MailStats.MongoStandIn.Language;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Rows;

/// <summary>How an index finds what a filter asks for: by the values of its first fields, and a range of the next.</summary>
/// <param name="Index">The index.</param>
/// <param name="Ranges">What to read of it.</param>
/// <param name="InOrder">True when it is read in the order that is asked for.</param>
/// <param name="Backwards">Each range from its end.</param>
/// <param name="Worth">More is better.</param>
internal sealed record Plan(RowIndex Index, IReadOnlyList<(Entry From, Entry To)> Ranges, bool InOrder, bool Backwards, int Worth)
{
    private const int MostRanges = 20_000;

    /// <summary>Null when the index does not hold all that is asked for.</summary>
    public static Plan? Of(RowIndex index, Filter filter, SortOrder sort)
    {
        if (index.Only is { } only && !filter.Implies(only))
        {
            return null;
        }

        var prefixes = new List<BsonValue[]> { Array.Empty<BsonValue>() };
        var fields = 0;

        while (fields < index.Fields.Count && filter.Points(index.Fields[fields]) is { } points && (long)prefixes.Count * points.Count <= MostRanges)
        {
            prefixes = [.. prefixes.SelectMany(prefix => points.Select(point => (BsonValue[])[.. prefix, point]))];
            fields++;
        }

        var isKey = index.IsUnique && fields == index.Fields.Count;
        var (low, high) = fields < index.Fields.Count
            ? (filter.Bound(index.Fields[fields], lower: true), filter.Bound(index.Fields[fields], lower: false))
            : default;
        var isRange = low is not null || high is not null;
        var (inOrder, backwards) = prefixes.Count == 1 ? Follows(index, fields, sort) : (sort.Fields.Count == 0, false);
        var isUpwards = fields == index.Fields.Count || index.Direction(fields) > 0;
        var ranges = prefixes.ConvertAll(prefix => isUpwards
            ? (Edge(prefix, low, -1), Edge(prefix, high, 1))
            : (Edge(prefix, high, -1), Edge(prefix, low, 1)));

        return new(index, ranges, inOrder, backwards, (isKey ? 100 : 0) + (4 * fields) + (isRange ? 2 : 0) + (inOrder && sort.Fields.Count > 0 ? 1 : 0));
    }

    private static Entry Edge(BsonValue[] prefix, Condition? bound, int edge) =>
        bound is null ? new(prefix, edge) : new([.. prefix, bound.Operand], bound.IsInclusive ? edge : -edge);

    private static (bool InOrder, bool Backwards) Follows(RowIndex index, int fields, SortOrder sort)
    {
        if (sort.Fields.Count == 0)
        {
            return (true, false);
        }

        if (sort.Fields.Count > index.Fields.Count - fields)
        {
            return (false, false);
        }

        var backwards = sort.Fields[0].Direction != index.Direction(fields);

        for (var next = 0; next < sort.Fields.Count; next++)
        {
            var (field, direction) = sort.Fields[next];

            if (field != index.Fields[fields + next] || (direction != index.Direction(fields + next)) != backwards)
            {
                return (false, false);
            }
        }

        return (true, backwards);
    }
}
