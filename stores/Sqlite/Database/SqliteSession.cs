using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>An open connection with the statements that were prepared on it. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private SqliteNames? _names;
    private SqliteTexts? _texts;
    private SqliteTallyNames? _tallyNames;
    private SqliteBytes? _bytes;
    private SqliteListed? _listed;
    private object? _gathered;
    private Action? _flush;

    public SqliteSession(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>Numbers given to names. Dies with the session, and so never outlives a rollback.</summary>
    public SqliteNames Names => _names ??= new(this);

    /// <summary>Numbers given to texts, with the same life.</summary>
    public SqliteTexts Texts => _texts ??= new(this);

    /// <summary>Numbers given to names in the second ledger, with the same life.</summary>
    public SqliteTallyNames TallyNames => _tallyNames ??= new(this);

    /// <summary>Which addresses may be on the suppression list, with the same life.</summary>
    public SqliteListed Listed => _listed ??= new();

    /// <summary>Values of the statement that is being bound by <see cref="SqliteRows"/>.</summary>
    public SqliteBytes Bytes => _bytes ??= new();

    /// <summary>
    /// The trace of the change that runs. What several changes gathered together belongs to the last of them that has one.
    /// </summary>
    public string? Trace { get; set; }

    /// <summary>Rows that the last statement added, changed or removed.</summary>
    public int RowsChanged => raw.sqlite3_changes(Connection.Handle);

    /// <summary>The statement of a text, prepared at its first use. Ready to be bound.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(Connection, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    public void Execute(string sql) => Prepare(sql).Execute();

    /// <summary>
    /// What the callers of this transaction gather in memory; made at the first call, written by <paramref name="flush"/>
    /// before anything else runs and before the commit.
    /// </summary>
    public T Gather<T>(Func<T> make, Action<T> flush)
        where T : class
    {
        if (_gathered is not T gathered)
        {
            Flush();
            gathered = make();
            _gathered = gathered;
            _flush = () => flush(gathered);
        }

        return gathered;
    }

    public void Flush()
    {
        var flush = _flush;
        _gathered = null;
        _flush = null;
        flush?.Invoke();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _bytes?.Dispose();
        Connection.Dispose();
    }
}
