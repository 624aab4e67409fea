using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>What MongoDB says of an error beside its code, when a fail point does not say it.</summary>
internal static class Labels
{
    /// <summary>Lost primaries, networks and times: the same may succeed a moment later.</summary>
    private static readonly int[] Passing = [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

    /// <summary>A conflict, a lock, a moment that is gone, a transaction that was ended.</summary>
    private static readonly int[] OfTransactions = [24, 112, 246, 251];

    public static BsonArray Of(Request request, int code)
    {
        var labels = new BsonArray();
        var ends = request.Name is "commitTransaction" or "abortTransaction";

        if (request.IsInTransaction && (OfTransactions.Contains(code) || (!ends && Passing.Contains(code))))
        {
            labels.Add("TransientTransactionError");
        }

        if (request.Number is not null && (ends || !request.IsInTransaction) && Passing.Contains(code))
        {
            labels.Add("RetryableWriteError");
        }

        return labels;
    }
}
