using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Suppression;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>
/// Pages of the list, latest first. A whole address is looked up; else the list is walked by time, and part of an address is
/// compared row by row. What has expired is passed over.
/// </summary>
internal sealed class MongoSuppressionWalk(MongoDatabase database, SuppressionQuery query, string? whole, long now)
{
    public async Task<Page<SuppressionEntry>> PageAsync(LogCursor? cursor, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, SuppressionSettings>(StringComparer.Ordinal);
        var items = new List<SuppressionEntry>();
        var last = default(LogCursor);
        using var rows = await database.Suppressions.Find(Filter(cursor)).Sort(new BsonDocument { { "s", -1 }, { "n", -1 } }).ToCursorAsync(cancellationToken);

        while (await rows.MoveNextAsync(cancellationToken))
        {
            foreach (var row in rows.Current)
            {
                var listed = MongoSuppressionRows.ListedIn(row);

                if (!settings.TryGetValue(listed.Domain ?? "", out var own))
                {
                    own = await MongoSuppressionSettings.ReadAsync(database, null, query.TenantId, listed.Domain, cancellationToken);
                    settings.Add(listed.Domain ?? "", own);
                }

                if (MongoSuppressionRows.FactsIn(database, row).At(now, own) is not { } why
                    || (query.Cause is { } cause && why.Cause != cause)
                    || (whole is null && query.Search is { } search && !listed.Address.Contains(search, StringComparison.OrdinalIgnoreCase)))
                {
                    continue;
                }

                if (items.Count == query.Limit)
                {
                    return new(items, last.ToString());
                }

                items.Add(listed.Entry(why));
                last = LogCursor.OfNumber(row["s"].ToInt64(), row["n"].ToInt64());
            }
        }

        return new(items, null);
    }

    private BsonDocument Filter(LogCursor? cursor)
    {
        var filter = new BsonDocument { { "t", query.TenantId }, { "l", true } };

        if (whole is not null)
        {
            filter.Add("h", whole);
        }

        if (cursor is { } place)
        {
            filter.Add("$or", new BsonArray
            {
                new BsonDocument("s", new BsonDocument("$lt", place.At)),
                new BsonDocument { { "s", place.At }, { "n", new BsonDocument("$lt", place.Number) } },
            });
        }

        return filter;
    }
}
