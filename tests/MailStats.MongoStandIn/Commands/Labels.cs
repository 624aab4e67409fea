using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>What MongoDB says of an error beside its code, when a fail point does not say it.</summary>
internal static class Labels
{
    /// <summary>Lost primaries, networks and times: the same may succeed a moment later.</summary>
    private static readonly ErrorCode[] Passing =
    [
        ErrorCode.HostUnreachable, ErrorCode.HostNotFound, ErrorCode.NetworkTimeout, ErrorCode.ShutdownInProgress, ErrorCode.PrimarySteppedDown,
        ErrorCode.ExceededTimeLimit, ErrorCode.SocketException, ErrorCode.NotWritablePrimary, ErrorCode.InterruptedAtShutdown,
        ErrorCode.InterruptedDueToReplStateChange, ErrorCode.NotPrimaryNoSecondaryOk, ErrorCode.NotPrimaryOrSecondary,
    ];

    /// <summary>A conflict, a lock, a moment that is gone, a transaction that was ended.</summary>
    private static readonly ErrorCode[] OfTransactions =
        [ErrorCode.LockTimeout, ErrorCode.WriteConflict, ErrorCode.SnapshotUnavailable, ErrorCode.NoSuchTransaction];

    public static BsonArray Of(Request request, ErrorCode code)
    {
        var labels = OfUnacknowledged(request, code);

        if (request.IsInTransaction && (OfTransactions.Contains(code) || (!Ends(request) && Passing.Contains(code))))
        {
            labels.Add("TransientTransactionError");
        }

        return labels;
    }

    /// <summary>Of what was done and is not on enough members yet.</summary>
    public static BsonArray OfUnacknowledged(Request request, ErrorCode code) =>
        request.Number is not null && (Ends(request) || !request.IsInTransaction) && Passing.Contains(code) ? ["RetryableWriteError"] : [];

    private static bool Ends(Request request) => request.Name is "commitTransaction" or "abortTransaction";
}
