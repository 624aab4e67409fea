using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>What the driver's errors mean: begin again, or say that the store cannot be reached now.</summary>
internal static class MongoErrors
{
    private const int WriteConflict = 112;
    private const int DuplicateKey = 11000;
    private const string Transient = "TransientTransactionError";

    /// <summary>
    /// The driver begins a transaction anew, for two minutes, after what is labelled transient: elections, lost connections. A pool of
    /// connections that is closed just now because another connection was lost is as good as those and has no label: nothing was sent. Of a
    /// commit nothing is labelled here, for its outcome may be unknown.
    /// </summary>
    /// <exception cref="OvertakenException">Another transaction was faster: nothing was changed, and the whole can begin anew.</exception>
    public static async Task<T> LabelAsync<T>(
        Func<IClientSessionHandle, CancellationToken, Task<T>> change, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        try
        {
            return await change(session, cancellationToken);
        }
        catch (MongoConnectionPoolPausedException error)
        {
            error.AddErrorLabel(Transient);
            throw;
        }
        catch (MongoException error) when (IsOvertaken(error))
        {
            throw new OvertakenException(error);
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
        catch (OvertakenException error)
        {
            throw new StorageUnavailableException("MongoDB could not take the change now: " + error.Message, error);
        }
        catch (MongoException error) when (error.HasErrorLabel(Transient)
            || error.HasErrorLabel("RetryableWriteError")
            || error.HasErrorLabel("UnknownTransactionCommitResult"))
        {
            throw new StorageUnavailableException("MongoDB could not take the change now: " + error.Message, error);
        }
    }

    private static bool IsOvertaken(MongoException error) => error switch
    {
        MongoBulkWriteException bulk => bulk.WriteErrors.Any(write => IsOvertaken(write.Code)),
        MongoWriteException write => write.WriteError is { } refused && IsOvertaken(refused.Code),
        MongoCommandException command => IsOvertaken(command.Code),
        _ => false,
    };

    // Of two transactions that found no row and both insert it, the second meets the first's key: begun anew, it finds the row.
    private static bool IsOvertaken(int code) => code is WriteConflict or DuplicateKey;
}

/// <summary>Another transaction has changed, or is changing, what this one would change.</summary>
/// <param name="conflict">What the server said.</param>
internal sealed class OvertakenException(MongoException conflict) : Exception(conflict.Message, conflict);
