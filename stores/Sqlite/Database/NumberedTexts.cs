using MailStats.Mail.Deliveries;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>One table of numbered texts as a session knows it.</summary>
/// <param name="session">The session.</param>
/// <param name="table">A table of <c>id</c> and a unique text.</param>
/// <param name="column">The text's column.</param>
/// <param name="write">The text of an item, null where it cannot have a number.</param>
/// <param name="read">The item of a text.</param>
/// <param name="comparer">Tells items apart.</param>
internal sealed class NumberedTexts<T>(
    SqliteSession session, string table, string column, Func<T, string?> write, Func<string, T> read, IEqualityComparer<T> comparer)
    where T : notnull
{
    /// <summary>Numbered texts that a session keeps in memory.</summary>
    private const int MaxCached = 100_000;

    private readonly MetTexts<T> _met = new(comparer);
    private readonly Dictionary<int, T> _items = [];

    public Dictionary<T, int> Numbers { get; } = new(comparer);

    public T this[int number]
    {
        get
        {
            if (!_items.TryGetValue(number, out var item))
            {
                var row = session.Prepare($"SELECT {column} FROM {table} WHERE id = ?1").Bind(1, number);
                item = row.Step() ? read(row.Text(0)) : throw new InvalidDataException($"Number {number} is missing in {table}.");
                row.Reset();
                Room(_items);
                _items.Add(number, item);
            }

            return item;
        }
    }

    /// <summary>Its number when it was met often enough, else 0.</summary>
    public int Meet(T item, int recipient) => _met.Meet(item, recipient) ? Take(item) : 0;

    private int Take(T item)
    {
        var number = write(item) is { } text ? FindOrAdd(text) : 0;

        if (number > 0)
        {
            _met.Forget(item);
            Room(Numbers);
            Numbers.Add(item, number);
        }

        return number;
    }

    private int FindOrAdd(string text)
    {
        var find = session.Prepare($"SELECT id FROM {table} WHERE {column} = ?1").Bind(1, text);

        if (find.Step())
        {
            var known = find.Int(0);
            find.Reset();

            return known;
        }

        var add = session.Prepare(
            $"INSERT INTO {table} ({column}) SELECT ?1 WHERE (SELECT ifnull(max(id), 0) FROM {table}) < {MetTexts<T>.MaxNumbered} RETURNING id").Bind(1, text);
        var number = add.Step() ? add.Int(0) : 0;
        add.Reset();

        return number;
    }

    private static void Room<TKey, TValue>(Dictionary<TKey, TValue> cache)
        where TKey : notnull
    {
        if (cache.Count >= MaxCached)
        {
            cache.Clear();
        }
    }
}
