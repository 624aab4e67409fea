using System.Runtime.CompilerServices;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Lists;

/// <summary>Rows of a list, latest first, from a cursor's time on.</summary>
internal static class MongoLogRows
{
    private const int MaxBatch = 1_000;

    /// <summary>In any order within one instant: pages sort that themselves.</summary>
    private static readonly BsonDocument LatestFirst = new("at", -1);

    public static BsonDocument Filter(StatisticsScope scope, TimeRange? range, LogCursor? cursor)
    {
        var filter = new BsonDocument(MongoKeys.In(scope));
        var at = new BsonDocument();

        if (range is { } within)
        {
            at.Add("$gte", UnixTime.ToMicroseconds(within.From)).Add("$lt", UnixTime.ToMicroseconds(within.To));
        }

        if (cursor is { } place)
        {
            // Up to and with the cursor's own time: the page leaves out what stands before it there.
            at.Add("$lte", place.At);
        }

        return at.ElementCount > 0 ? filter.Add("at", at) : filter;
    }

    /// <param name="collection">Deliveries, or earlier activities.</param>
    /// <param name="filter">Which.</param>
    /// <param name="tenantId">Whose: the number of a domain or mailbox alone would not tell for certain.</param>
    /// <param name="limit">How many are shown.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<BsonDocument> ReadAsync(
        IMongoCollection<BsonDocument> collection, BsonDocument filter, string tenantId, int limit,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var rows = await collection.Find(filter, new() { BatchSize = Math.Clamp(limit + 1, 2, MaxBatch) })
            .Sort(LatestFirst)
            .ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            foreach (var row in rows.Current.Where(row => row["t"] == tenantId))
            {
                yield return row;
            }
        }
    }
}
