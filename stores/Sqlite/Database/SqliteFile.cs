using Microsoft.Data.Sqlite;
using Polly;
using Polly.Retry;
using SQLitePCL;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>A database file: made for its owner alone, brought to the present schema, opened as often as needed.</summary>
internal sealed class SqliteFile(string path, SqliteSchema schema, Action? beforeOpening)
{
    private const int CacheKilobytes = 4_096;

    /// <summary>
    /// Two that open a new file at once both turn it into WAL mode, and SQLite refuses one of them without a wait
    /// (busy_timeout does not apply where waiting could never end). Opening again finds the work done.
    /// </summary>
    private static readonly ResiliencePipeline Opening = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<SqliteException>(error => error.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED),
            MaxRetryAttempts = 50,
            Delay = TimeSpan.FromMilliseconds(20),
            MaxDelay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    private readonly Lock _opening = new();
    private volatile bool _ready;

    static SqliteFile() => SqliteNative.ConfigureOnce();

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Opens the file and brings its schema up to date, so that a wrong file is reported at start.</summary>
    public void EnsureReady()
    {
        if (_ready)
        {
            return;
        }

        lock (_opening)
        {
            if (_ready)
            {
                return;
            }

            try
            {
                beforeOpening?.Invoke();
                DataFolder.Make(System.IO.Path.GetDirectoryName(Path)!);
                MakeForOwnerAlone();

                using var session = Open(CacheKilobytes);
                schema.Upgrade(session, Path);
                _ready = true;
            }
            catch (SqliteException error)
            {
                throw SqliteErrors.Translate(error, Path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StorageUnavailableException($"{Path} cannot be made: {error.Message}", error);
            }
        }
    }

    /// <summary>A new connection. Within a transaction, pages up to this size stay in memory.</summary>
    public SqliteSession Open(int cacheKilobytes) => Opening.Execute(OpenOnce, cacheKilobytes);

    /// <summary>The file holds people's addresses. SQLite gives the log and the index beside it the mode of the file.</summary>
    private void MakeForOwnerAlone()
    {
        if (OperatingSystem.IsWindows() || File.Exists(Path))
        {
            return;
        }

        try
        {
            new FileStream(Path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (IOException) when (File.Exists(Path))
        {
            // Another process was faster, and made it just so.
        }
    }

    private SqliteSession OpenOnce(int cacheKilobytes)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());

        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute("PRAGMA busy_timeout = 5000");
            session.Execute("PRAGMA journal_mode = WAL");
            session.Execute("PRAGMA synchronous = FULL");
            // 64 MB: pages that every batch changes, as the ends of indexes, are copied into the file once instead of four times.
            session.Execute("PRAGMA wal_autocheckpoint = 16000");
            session.Execute(FormattableString.Invariant($"PRAGMA cache_size = -{cacheKilobytes}"));

            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
