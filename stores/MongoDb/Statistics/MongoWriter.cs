using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// The small number under which this process keeps rollup rows of its own, leased. Every transaction that uses the number renews
/// it, and thereby writes the row of the lease: a number that another has taken meanwhile, however wrong the clock was by which it
/// was taken, is not written under any more, for the transaction finds another's name or conflicts with its taking.
/// A killed process's number is free after <see cref="Length"/>; the least free one is taken, so numbers stay few.
/// </summary>
/// <remarks>
/// A lease: <c>_id</c> the number from 1 on, <c>by</c> who has it, <c>until</c> milliseconds of Unix time, <c>n</c> how often it was renewed.
/// </remarks>
internal sealed class MongoWriter(MongoDatabase database, TimeProvider time) : IAsyncDisposable
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly string _name = Guid.NewGuid().ToString("N");
    private int _number;
    private long _renewed;

    /// <summary>The number to begin a transaction with.</summary>
    public async Task<int> NumberAsync(CancellationToken cancellationToken)
    {
        if (_number == 0 || time.GetElapsedTime(_renewed) > Length / 2)
        {
            (_number, _renewed) = (await database.UseAsync(() => LeaseAsync(cancellationToken), cancellationToken), time.GetTimestamp());
        }

        return _number;
    }

    /// <summary>Renews the number within the transaction that writes under it.</summary>
    /// <exception cref="LostWriterException">Another has it: the transaction must not be committed.</exception>
    public async Task RenewAsync(IClientSessionHandle session, int number, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var renewed = await database.Writers.UpdateOneAsync(
            session,
            new BsonDocument { { "_id", number }, { "by", _name } },
            new BsonDocument { { "$set", new BsonDocument("until", Until()) }, { "$inc", new BsonDocument("n", 1L) } },
            cancellationToken: cancellationToken);

        if (renewed.MatchedCount == 0)
        {
            _number = 0;
            throw new LostWriterException();
        }

        _renewed = began;
    }

    /// <summary>An orderly end gives the number back at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_number == 0)
        {
            return;
        }

        using var patience = new CancellationTokenSource(LongestGoodbye, time);

        try
        {
            await database.UseAsync(
                () => database.Writers.UpdateOneAsync(
                    new BsonDocument { { "_id", _number }, { "by", _name } }, new BsonDocument("$set", new BsonDocument("until", 0L)),
                    cancellationToken: patience.Token),
                patience.Token);
        }
        catch (Exception error) when (error is StorageUnavailableException or OperationCanceledException)
        {
            // It comes back by itself.
        }
    }

    private async Task<int> LeaseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var leases = await database.Writers.Find(FilterDefinition<BsonDocument>.Empty).Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();

            // Its own, when it has one that it did not use for long.
            foreach (var lease in leases.Where(lease => lease["by"] == _name || lease["until"].ToInt64() < now).OrderBy(lease => lease["by"] != _name))
            {
                // As it was found: a lease that was taken or renewed since is not free.
                var taken = await database.Writers.UpdateOneAsync(
                    lease, new BsonDocument("$set", new BsonDocument { { "by", _name }, { "until", Until() } }), cancellationToken: cancellationToken);

                if (taken.MatchedCount > 0)
                {
                    return lease["_id"].AsInt32;
                }
            }

            try
            {
                var next = leases.Count == 0 ? 1 : leases[^1]["_id"].AsInt32 + 1;
                await database.Writers.InsertOneAsync(
                    new() { { "_id", next }, { "by", _name }, { "until", Until() }, { "n", 0L } }, cancellationToken: cancellationToken);

                return next;
            }
            catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                // Another made it first.
            }
        }
    }

    private long Until() => (time.GetUtcNow() + Length).ToUnixTimeMilliseconds();
}

/// <summary>Another process has this one's writer number: what was to be written under it begins anew under another.</summary>
internal sealed class LostWriterException : Exception;
