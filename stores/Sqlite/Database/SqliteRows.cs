using System.Runtime.CompilerServices;
using System.Text;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// One statement for many rows of values: the cursors on a table and all its indexes are opened once for all of them, and
/// rows that come in the order of a key are found from the row before.
/// </summary>
/// <param name="before">The text before the rows, for example <c>INSERT INTO deliveries (…) VALUES</c>.</param>
/// <param name="columns">Values of one row.</param>
/// <param name="after">The text after the rows.</param>
internal sealed class SqliteRows(string before, int columns, string after)
{
    /// <summary>Rows of one statement. More gain nothing: the statement's own cost no longer matters for each row.</summary>
    private const int AtOnce = 32;

    private readonly string _one = Text(before, columns, after, 1);
    private readonly string _many = Text(before, columns, after, AtOnce);

    /// <summary>Sets the values of a row, first to last.</summary>
    public delegate void Binder<T>(ref SqliteRow row, in T item);

    /// <summary>Gets the rows that a statement gives, each with the place of the item it belongs to where the statement selects it.</summary>
    public delegate void Reader(SqliteStatement row);

    /// <summary>Runs the statement for all items. A statement that gives rows hands each to <paramref name="read"/>.</summary>
    public void Run<T>(SqliteSession session, ReadOnlySpan<T> items, Binder<T> bind, Reader? read = null)
    {
        while (items.Length >= AtOnce)
        {
            Run(session, session.Prepare(_many), items[..AtOnce], bind, read);
            items = items[AtOnce..];
        }

        for (; items.Length > 0; items = items[1..])
        {
            Run(session, session.Prepare(_one), items[..1], bind, read);
        }
    }

    private static void Run<T>(SqliteSession session, SqliteStatement statement, ReadOnlySpan<T> items, Binder<T> bind, Reader? read)
    {
        var row = new SqliteRow(statement, session.Bytes);
        session.Bytes.Clear();

        foreach (ref readonly var item in items)
        {
            bind(ref row, in item);
        }

        while (statement.Step())
        {
            read?.Invoke(statement);
        }
    }

    private static string Text(string before, int columns, string after, int rows)
    {
        var row = $"({string.Join(',', Enumerable.Repeat('?', columns))})";

        return new StringBuilder(before).Append('\n').AppendJoin(',', Enumerable.Repeat(row, rows)).Append('\n').Append(after).ToString();
    }
}

/// <summary>The values of a row, one after the other. Valid while its statement is being bound.</summary>
internal ref struct SqliteRow(SqliteStatement statement, SqliteBytes bytes)
{
    private int _last;

    public void Add(long value) => statement.Bind(++_last, value);

    public void Add(long? value) => statement.Bind(++_last, value);

    [SkipLocalsInit]
    public void Add(string value)
    {
        if (bytes.TryAdd(value, out var kept))
        {
            statement.BindKept(++_last, kept, isText: true);
        }
        else
        {
            statement.Bind(++_last, value);
        }
    }

    public void Add(scoped ReadOnlySpan<byte> value)
    {
        if (bytes.TryAdd(value, out var kept))
        {
            statement.BindKept(++_last, kept, isText: false);
        }
        else
        {
            statement.Bind(++_last, value);
        }
    }
}
