using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// One SQLite file in WAL mode. Any number of readers next to one writer; other processes may use the same file.
/// Writes of this process are queued and grouped: all that waits goes into one transaction, so one fsync serves them all.
/// A caller's task ends after the commit that holds its change (synchronous=FULL: it survives a power cut).
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxGroupWeight = 20_000;

    /// <summary>Sessions for reading that are kept open; a rush makes more, and they are closed after it.</summary>
    private const int MaxIdleReaders = 8;

    private const int ReaderCacheKilobytes = 4_096;

    /// <summary>While somebody waits for urgent writes, others' transactions are kept short.</summary>
    private const int MaxGroupWeightBesideUrgent = 2_000;

    private static readonly TimeSpan UrgencyLasts = TimeSpan.FromSeconds(1);

    private readonly SqliteFile _file;
    private readonly int _writerCacheKilobytes;
    private readonly Channel<SqliteWriting> _writings = Channel.CreateUnbounded<SqliteWriting>(new() { SingleReader = true });
    private readonly ConcurrentQueue<SqliteWriting> _urgent = new();
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly Task _writer;
    private SqliteSession? _session;

    /// <param name="file">The file; made when it is not there.</param>
    /// <param name="schema">What the file holds.</param>
    /// <param name="writerCacheKilobytes">Memory for the pages that the writer works on. The system caches the file besides.</param>
    /// <param name="beforeOpening">Throws when the file must not be opened, or made, as it is.</param>
    public SqliteDatabase(string file, SqliteSchema schema, int writerCacheKilobytes, Action? beforeOpening = null)
    {
        _writerCacheKilobytes = writerCacheKilobytes;
        _file = new(file, schema, beforeOpening);
        _writer = Task.Factory.StartNew(WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string File => _file.Path;

    /// <summary>Runs a change in a transaction that may hold other callers' changes too.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> change, CancellationToken cancellationToken) =>
        WriteAsync(change, group: null, weight: 1, cancellationToken);

    /// <summary>
    /// The same for changes that are gathered in memory (<see cref="SqliteSession.Gather"/>) while neighbours in the queue
    /// belong to the same group.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> change, object? group, int weight, CancellationToken cancellationToken)
    {
        var writing = new SqliteWriting<T>(change, group, weight, cancellationToken);

        ObjectDisposedException.ThrowIf(!_writings.Writer.TryWrite(writing), this);

        return await writing.Task;
    }

    /// <summary>
    /// The same for changes that somebody waits for within milliseconds (a mail server in the middle of a message): they go
    /// before what is queued, in a transaction of their own. Others get their turn between two such transactions.
    /// </summary>
    public async Task<T> WriteUrgentAsync<T>(Func<SqliteSession, T> change, object group, CancellationToken cancellationToken)
    {
        var writing = new SqliteWriting<T>(change, group, weight: 1, cancellationToken);
        _urgent.Enqueue(writing);

        ObjectDisposedException.ThrowIf(!_writings.Writer.TryWrite(SqliteWakeUp.Instance), this);

        return await writing.Task;
    }

    /// <summary>Reads from one snapshot.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        try
        {
            if (!_readers.TryTake(out var session))
            {
                EnsureReady();
                session = _file.Open(ReaderCacheKilobytes);
            }

            try
            {
                session.Execute("BEGIN");
                var result = read(session);
                session.Execute("COMMIT");

                if (_readers.Count < MaxIdleReaders)
                {
                    _readers.Add(session);
                }
                else
                {
                    session.Dispose();
                }

                return result;
            }
            catch
            {
                // A session that failed is not used again: it may hold a reading that was left half way.
                session.Dispose();
                throw;
            }
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, File);
        }
    }

    /// <summary>Opens the file and brings its schema up to date, so that a wrong file is reported at start.</summary>
    public void EnsureReady() => _file.EnsureReady();

    public async ValueTask DisposeAsync()
    {
        _writings.Writer.TryComplete();
        await _writer;

        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private SqliteSession OpenWriter()
    {
        var session = _file.Open(_writerCacheKilobytes);
        // What a statement of many rows would have to undo is kept in memory, not written to a file for each statement.
        session.Execute("PRAGMA temp_store = MEMORY");

        return session;
    }

    /// <summary>
    /// On a thread of its own, one for each of the three files, until the database is disposed of: the C library gives each thread a heap, and
    /// pages that are read on one and given back on the next would leave gaps in all.
    /// </summary>
    private void WriteLoop()
    {
        var group = new List<SqliteWriting>();
        var lastUrgent = (long?)null;

        // Looking at what is urgent first: its wake-up may have been read, below, together with what it came beside.
        while (!_urgent.IsEmpty || _writings.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();

            while (group.Count < MaxGroupWeight && _urgent.TryDequeue(out var urgent))
            {
                Add(urgent);
            }

            if (group.Count > 0)
            {
                lastUrgent = Stopwatch.GetTimestamp();
                Commit(group);
                group.Clear();
            }

            var beside = lastUrgent is { } at && Stopwatch.GetElapsedTime(at) < UrgencyLasts;
            var most = beside ? MaxGroupWeightBesideUrgent : MaxGroupWeight;

            for (var weight = 0; weight < most && _writings.Reader.TryRead(out var writing); weight += writing.Weight)
            {
                Add(writing);
            }

            Commit(group);
        }

        _session?.Dispose();

        void Add(SqliteWriting writing)
        {
            if (!writing.IsCancelled())
            {
                group.Add(writing);
            }
        }
    }

    /// <summary>
    /// All or nothing: a writing is completed only after the commit. When one of several fails by its own fault, each is
    /// tried alone, so that it takes nobody else down.
    /// </summary>
    private void Commit(List<SqliteWriting> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        try
        {
            EnsureReady();
            _session ??= OpenWriter();
            _session.Execute("BEGIN IMMEDIATE");
            object? gathering = null;
            _session.Trace = null;

            foreach (var writing in group)
            {
                if (writing.Group is null || writing.Group != gathering)
                {
                    _session.Flush();
                    gathering = writing.Group;
                }

                _session.Trace = writing.Trace ?? _session.Trace;
                writing.Run(_session);
            }

            _session.Flush();
            _session.Execute("COMMIT");
        }
        catch (Exception error)
        {
            Abandon();

            if (group.Count > 1 && !SqliteErrors.IsOutage(error))
            {
                group.ForEach(writing => Commit([writing]));
                return;
            }

            var told = error is SqliteException failure ? SqliteErrors.Translate(failure, File) : error;
            group.ForEach(writing => writing.Fail(told));

            return;
        }

        group.ForEach(writing => writing.Complete());
    }

    /// <summary>Closing rolls back. The next writing opens the file anew, which is also how a full disk is recovered from.</summary>
    private void Abandon()
    {
        _session?.Dispose();
        _session = null;
    }
}
