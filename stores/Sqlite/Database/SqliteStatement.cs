using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// A prepared statement that is used again and again: values are bound without boxing, rows are read in place.
/// Parameters are numbered from 1 (<c>?1</c>), columns from 0.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _owner;
    private readonly nint _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v2(_database, sql, out _owner));
        _statement = _owner.DangerousGetHandle();
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(SqliteNative.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    [SkipLocalsInit]
    public unsafe SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        if (value.Length > StackBytes / 3)
        {
            return BindLong(index, value);
        }

        var bytes = stackalloc byte[StackBytes];
        Check(
            SqliteNative.sqlite3_bind_text(_statement, index, bytes, Encoding.UTF8.GetBytes(value, new Span<byte>(bytes, StackBytes)), SqliteNative.Transient));

        return this;
    }

    /// <summary>An empty value is an empty blob, not null.</summary>
    public unsafe SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        byte none;

        fixed (byte* bytes = value)
        {
            Check(SqliteNative.sqlite3_bind_blob(_statement, index, bytes is null ? &none : bytes, value.Length, SqliteNative.Transient));
        }

        return this;
    }

    /// <summary>Binds bytes (of UTF-8, for a text) that stay where they are until the statement has run.</summary>
    public unsafe void BindKept(int index, ReadOnlySpan<byte> value, bool isText)
    {
        fixed (byte* bytes = value)
        {
            Check(isText
                ? SqliteNative.sqlite3_bind_text(_statement, index, bytes, value.Length, SqliteNative.Kept)
                : SqliteNative.sqlite3_bind_blob(_statement, index, bytes, value.Length, SqliteNative.Kept));
        }
    }

    public SqliteStatement BindNull(int index)
    {
        Check(SqliteNative.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>True while there is a row to read. After the last row the statement is ready for its next use.</summary>
    public bool Step()
    {
        var result = SqliteNative.sqlite3_step(_statement);

        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            var error = Error(result);
            Reset();
            throw error;
        }

        Reset();

        return false;
    }

    /// <summary>Runs a statement that gives no rows, or whose rows do not matter.</summary>
    public void Execute()
    {
        while (Step())
        {
        }
    }

    /// <summary>The same with one value more, which is not copied.</summary>
    public unsafe void ExecuteWith(int index, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            BindKept(index, value, isText: false);
            Execute();
        }

        BindNull(index);
    }

    /// <summary>Ends a reading early.</summary>
    public void Reset() => _ = SqliteNative.sqlite3_reset(_statement);

    public long Long(int column) => SqliteNative.sqlite3_column_int64(_statement, column);

    public int Int(int column) => (int)Long(column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public unsafe string Text(int column)
    {
        var text = SqliteNative.sqlite3_column_text(_statement, column);

        return text is null ? "" : Encoding.UTF8.GetString(text, SqliteNative.sqlite3_column_bytes(_statement, column));
    }

    /// <summary>Valid until the next step.</summary>
    public unsafe ReadOnlySpan<byte> Blob(int column)
    {
        var blob = SqliteNative.sqlite3_column_blob(_statement, column);

        return new(blob, SqliteNative.sqlite3_column_bytes(_statement, column));
    }

    public bool IsNull(int column) => SqliteNative.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public void Dispose() => _owner.Dispose();

    private unsafe SqliteStatement BindLong(int index, string value)
    {
        var encoded = Encoding.UTF8.GetBytes(value);

        fixed (byte* bytes = encoded)
        {
            Check(SqliteNative.sqlite3_bind_text(_statement, index, bytes, encoded.Length, SqliteNative.Transient));
        }

        return this;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    private SqliteException Error(int result) => new(
        $"SQLite error {result}: {raw.sqlite3_errmsg(_database).utf8_to_string()}",
        result,
        raw.sqlite3_extended_errcode(_database));
}
