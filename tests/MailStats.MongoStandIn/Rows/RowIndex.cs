using System.Collections.Immutable;
using MailStats.MongoStandIn.Language;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Rows;

/// <summary>Rows in the order of their keys. Holds the keys of all versions, so who finds a row has to look whether the version it sees has this key.</summary>
internal sealed class RowIndex : IComparer<Entry>
{
    private readonly int[] _directions;
    private volatile ImmutableSortedSet<Entry> _entries;

    /// <param name="definition">As <c>createIndexes</c> gives it.</param>
    public RowIndex(BsonDocument definition)
    {
        Definition = definition;
        Name = definition["name"].AsString;
        IsUnique = definition.GetValue("unique", false).ToBoolean();
        Only = definition.TryGetValue("partialFilterExpression", out var only) ? new(only.AsBsonDocument) : null;
        var keys = new SortOrder(definition["key"].AsBsonDocument).Fields;
        Fields = [.. keys.Select(key => key.Field)];
        _directions = [.. keys.Select(key => key.Direction)];
        _entries = ImmutableSortedSet.Create<Entry>(this);
    }

    public BsonDocument Definition { get; }

    public string Name { get; }

    public bool IsUnique { get; }

    /// <summary>What it holds, null when that is everything.</summary>
    public Filter? Only { get; }

    public IReadOnlyList<string> Fields { get; }

    public int Direction(int field) => _directions[field];

    /// <summary>Where a document belongs, null when the index does not hold it.</summary>
    public Entry? EntryOf(Row row, BsonDocument? document)
    {
        if (document is null || Only?.Matches(document) == false)
        {
            return null;
        }

        var key = new BsonValue[_directions.Length];

        for (var field = 0; field < key.Length; field++)
        {
            key[field] = document.GetValue(Fields[field], BsonNull.Value);

            if (key[field] is BsonArray)
            {
                throw CommandError.Unknown($"an index of the list '{Fields[field]}'");
            }
        }

        return new(key, row);
    }

    public void Add(Entry entry) => _entries = _entries.Add(entry);

    public void Remove(Entry entry) => _entries = _entries.Remove(entry);

    public bool Has(Entry entry, BsonDocument document)
    {
        for (var field = 0; field < _directions.Length; field++)
        {
            if (!Order.Instance.Equals(entry.Key[field], document.GetValue(Fields[field], BsonNull.Value)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Rows that have or had a key.</summary>
    public IEnumerable<Row> WithKey(BsonValue[] key) => Between(new(key, -1), new(key, 1), backwards: false).Select(entry => entry.Row!);

    /// <summary>As the index was at the call, whatever is changed while it is read.</summary>
    public IEnumerable<Entry> Between(Entry from, Entry to, bool backwards)
    {
        var entries = _entries;
        var (first, end) = (~entries.IndexOf(from), ~entries.IndexOf(to));

        for (var index = 0; index < end - first; index++)
        {
            yield return entries[backwards ? end - 1 - index : first + index];
        }
    }

    public int Compare(Entry? x, Entry? y)
    {
        var fields = Math.Min(x!.Key.Length, y!.Key.Length);

        for (var field = 0; field < fields; field++)
        {
            var order = Order.Instance.Compare(x.Key[field], y.Key[field]);

            if (order != 0)
            {
                return order * _directions[field];
            }
        }

        return x.Row is null || y.Row is null ? x.Edge - y.Edge : x.Row.Number.CompareTo(y.Row.Number);
    }
}

/// <summary>A row under its key; or a place before (-1) or after (1) everything whose key begins with this one.</summary>
internal sealed class Entry
{
    public Entry(BsonValue[] key, Row row) => (Key, Row) = (key, row);

    public Entry(BsonValue[] key, int edge) => (Key, Edge) = (key, edge);

    public BsonValue[] Key { get; }

    public Row? Row { get; }

    public int Edge { get; }
}
