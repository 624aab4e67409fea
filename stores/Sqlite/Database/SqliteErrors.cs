using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>What SQLite's errors mean to a caller.</summary>
internal static class SqliteErrors
{
    public static Exception Translate(SqliteException error, string file) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new StorageUnavailableException($"No space is left for {file}. Nothing of this change was kept.", error),
        raw.SQLITE_READONLY => new StorageUnavailableException($"{file} may not be written to.", error),
        raw.SQLITE_CANTOPEN => new StorageUnavailableException($"{file} cannot be opened: is the folder there, and may this process write to it?", error),
        raw.SQLITE_IOERR => new StorageUnavailableException($"Reading or writing {file} failed: {error.Message}", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StorageUnavailableException($"{file} was held by another process for too long.", error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StorageUnavailableException($"{file} is damaged or no SQLite database: {error.Message}", error),
        _ => error,
    };
}
