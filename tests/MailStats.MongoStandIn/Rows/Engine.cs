using System.Collections.Concurrent;

namespace MailStats.MongoStandIn.Rows;

/// <summary>
/// All collections, and the clock of commits. Changes are made one at a time, readers wait for nobody: a reader takes the
/// time first, and what is committed later has a later one.
/// </summary>
/// <param name="time">Where the clock begins, and what history is measured by.</param>
/// <param name="history">How long earlier versions are kept for snapshots that nobody holds.</param>
internal sealed class Engine(TimeProvider time, TimeSpan history)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Collection> _collections = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, int> _held = [];
    private readonly Queue<(long Time, Collection Collection, Row Row)> _superseded = [];
    private long _clock = Timestamp(time.GetUtcNow());
    private long _kept;
    private readonly Dictionary<string, long> _conflicts = new(StringComparer.Ordinal);
    private (long Committed, long Aborted) _ended;

    /// <summary>Of the latest commit: seconds in the upper half, a number in the lower.</summary>
    public long Now => Volatile.Read(ref _clock);

    /// <summary>
    /// The first moment that can still be asked for: of the latest change before which was forgotten. However long nothing is
    /// changed, now is kept.
    /// </summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <summary>Transactions of clients that were committed so far, and that were aborted: by a conflict, a client or their age.</summary>
    public (long Committed, long Aborted) Ended
    {
        get
        {
            lock (_lock)
            {
                return _ended;
            }
        }
    }

    /// <summary>How often a transaction was not the first to change a row, by the collection of the row.</summary>
    public IReadOnlyDictionary<string, long> Conflicts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, long>(_conflicts, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Of all collections.</summary>
    public long Read => _collections.Values.Sum(collection => collection.Read);

    public IReadOnlyList<string> Names => [.. _collections.Keys.Order(StringComparer.Ordinal)];

    public Collection Collection(string name) => _collections.GetOrAdd(name, created => new(created));

    public Collection? Find(string name) => _collections.GetValueOrDefault(name);

    public void DropDatabase(string name)
    {
        foreach (var collection in _collections.Keys.Where(collection => collection.StartsWith(name + ".", StringComparison.Ordinal)))
        {
            _collections.TryRemove(collection, out _);
        }
    }

    public void AddIndex(Collection collection, MongoDB.Bson.BsonDocument definition)
    {
        lock (_lock)
        {
            collection.AddIndex(definition);
        }
    }

    public void DropIndex(Collection collection, string name)
    {
        lock (_lock)
        {
            collection.DropIndex(name);
        }
    }

    /// <summary>A change outside of any transaction. It waits for transactions that are changing the same row, and begins anew.</summary>
    public async Task<T> ChangeAsync<T>(Func<Moment, T> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task holder;

            lock (_lock)
            {
                var writer = new Writer();

                try
                {
                    var result = change(new(_clock, writer));
                    Commit(writer);

                    return result;
                }
                catch (ConflictException conflict) when (conflict.Holder is not null)
                {
                    Undo(writer);
                    holder = conflict.Holder.Ended;
                }
                catch (CommandError)
                {
                    Undo(writer);
                    throw;
                }
            }

            await holder.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Begins a transaction, which reads this moment.</summary>
    public Transaction Begin()
    {
        lock (_lock)
        {
            return new(Hold(_clock));
        }
    }

    /// <summary>A change within a transaction. It never waits: any error ends the transaction.</summary>
    public T Change<T>(Transaction transaction, Func<Moment, T> change)
    {
        lock (_lock)
        {
            try
            {
                return change(transaction.Moment);
            }
            catch (ConflictException conflict)
            {
                _conflicts[conflict.Collection] = _conflicts.GetValueOrDefault(conflict.Collection) + 1;
                Abort(transaction);
                throw new CommandError(ErrorCode.WriteConflict, "Write conflict: this transaction was not the first to change the row.");
            }
            catch (CommandError)
            {
                Abort(transaction);
                throw;
            }
        }
    }

    /// <summary>False when it was aborted before. A commit that is asked for again has been made.</summary>
    public bool Commit(Transaction transaction)
    {
        lock (_lock)
        {
            if (transaction.State == TransactionState.Open)
            {
                transaction.End(TransactionState.Committed);
                _ended.Committed++;
                Commit(transaction.Writer);
            }

            return transaction.State == TransactionState.Committed;
        }
    }

    public void Abort(Transaction transaction)
    {
        lock (_lock)
        {
            if (transaction.State == TransactionState.Open)
            {
                transaction.End(TransactionState.Aborted);
                _ended.Aborted++;
                Undo(transaction.Writer);
            }
        }
    }

    /// <summary>Keeps what a moment shows until it is let go.</summary>
    public Held Hold(long moment)
    {
        lock (_lock)
        {
            _held[moment] = _held.GetValueOrDefault(moment) + 1;
        }

        return new(moment, () =>
        {
            lock (_lock)
            {
                if (--_held[moment] == 0)
                {
                    _held.Remove(moment);
                }
            }
        });
    }

    private static long Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds() << 32;

    private void Commit(Writer writer)
    {
        if (writer.Changed.Count > 0)
        {
            var now = Math.Max(_clock + 1, Timestamp(time.GetUtcNow()));
            writer.CommittedAt = now;
            Volatile.Write(ref _clock, now);
            writer.Changed.ForEach(change =>
            {
                change.Collection.Committed(change.Row);
                _superseded.Enqueue((now, change.Collection, change.Row));
            });
        }

        writer.End();
        Forget();
    }

    private void Undo(Writer writer)
    {
        writer.Changed.ForEach(change => change.Collection.Undo(change.Row));
        writer.End();
    }

    private void Forget()
    {
        var before = Timestamp(time.GetUtcNow() - history);
        before = _held.Count > 0 ? Math.Min(_held.First().Key, before) : before;

        while (_superseded.TryPeek(out var first) && first.Time <= before)
        {
            _superseded.Dequeue();
            Volatile.Write(ref _kept, first.Time);
            first.Collection.Forget(first.Row, before);
        }
    }
}

/// <summary>A moment that is kept until this is disposed of.</summary>
internal sealed class Held(long time, Action letGo) : IDisposable
{
    private Action? _letGo = letGo;

    public long Time => time;

    public void Dispose() => Interlocked.Exchange(ref _letGo, null)?.Invoke();
}
