using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>What the driver's errors mean: begin again, or say that the store cannot be reached now.</summary>
internal static class MongoErrors
{
    private const int DuplicateKey = 11000;
    private const string Transient = "TransientTransactionError";

    /// <summary>
    /// The driver begins a transaction anew, for two minutes, after what is labelled transient: write conflicts, elections,
    /// lost connections. Two errors are as good as those and have no label. A duplicate key: two transactions found no row
    /// and both insert it; the second begins anew and finds the row. And a pool of connections that is closed just now
    /// because another connection was lost: nothing was sent. Of a commit nothing is labelled here, for its outcome may be
    /// unknown.
    /// </summary>
    public static async Task<T> LabelAsync<T>(
        Func<IClientSessionHandle, CancellationToken, Task<T>> change, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        try
        {
            return await change(session, cancellationToken);
        }
        catch (MongoException error) when (IsDuplicateKey(error) || error is MongoConnectionPoolPausedException)
        {
            error.AddErrorLabel(Transient);
            throw;
        }
    }

    /// <exception cref="StorageUnavailableException">The server cannot be reached, or could not take the change in its time.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception error) when (error is MongoConnectionException
            or MongoConnectionPoolPausedException
            or MongoNotPrimaryException
            or MongoNodeIsRecoveringException
            or MongoExecutionTimeoutException or TimeoutException or SocketException)
        {
            throw new StorageUnavailableException("MongoDB cannot be reached or has no primary now: " + error.Message, error);
        }
        catch (MongoException error) when (error.HasErrorLabel(Transient)
            || error.HasErrorLabel("RetryableWriteError")
            || error.HasErrorLabel("UnknownTransactionCommitResult"))
        {
            throw new StorageUnavailableException("MongoDB could not take the change now: " + error.Message, error);
        }
    }

    private static bool IsDuplicateKey(MongoException error) => error switch
    {
        MongoBulkWriteException bulk => bulk.WriteErrors.Any(write => write.Code == DuplicateKey),
        MongoWriteException write => write.WriteError?.Code == DuplicateKey,
        MongoCommandException command => command.Code == DuplicateKey,
        _ => false,
    };
}
