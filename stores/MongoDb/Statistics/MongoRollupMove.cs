using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Rollups of before schema 6: a row for each quarter hour (<c>l</c> 0) and for each day (<c>l</c> 1) that begins at <c>b</c>, of a scope
/// <c>c</c> in <c>p</c>, and of a provider or reason <c>n</c>; under a text as key, and its counters in fields of the row.
/// </summary>
internal sealed class MongoRollupMove : IMongoMove
{
    private const int AtOnce = 1_000;

    public async Task<bool> IsDoneAsync(MongoDatabase database, CancellationToken cancellationToken)
    {
        foreach (var (collection, _) in Collections(database))
        {
            if (await collection.Find(new BsonDocument("_id", new BsonDocument("$gte", ""))).Limit(1).AnyAsync(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    public async Task<bool> MoveSomeAsync(MongoDatabase database, IClientSessionHandle session, CancellationToken cancellationToken)
    {
        foreach (var (collection, named) in Collections(database))
        {
            // By scope and time, by the index of before: most of what goes into one row is then moved at once.
            var rows = await collection.Find(session, new BsonDocument("c", new BsonDocument("$gte", "")))
                .Sort(new BsonDocument { { "c", 1 }, { "l", 1 }, { "b", 1 } })
                .Limit(AtOnce)
                .ToListAsync(cancellationToken);

            if (rows.Count > 0)
            {
                var moved = rows.ConvertAll(row => Of(row, named)).GroupBy(row => row.Id).Select(Sum).ToList();
                await MongoRollupRows.AddAsync(collection, session, moved, cancellationToken);
                await collection.DeleteManyAsync(
                    session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(rows.Select(row => row["_id"])))),
                    cancellationToken: cancellationToken);

                return true;
            }
        }

        return false;
    }

    private static (IMongoCollection<BsonDocument> Collection, bool Named)[] Collections(MongoDatabase database) =>
        [(database.Rollups, false), (database.Providers, true), (database.Reasons, true)];

    private static MongoRollupRow Of(BsonDocument row, bool named)
    {
        var (scope, parent, name, start) = (row["c"].AsString, row["p"].AsString, row["n"].AsString, row["b"].ToInt64());
        var isDay = row["l"].ToInt32() == RangeComposition.Days;
        var day = isDay ? start : UnixTime.FloorDivide(start, MongoDayCounts.WholeDay);
        var counts = new MongoDayCounts();

        // Rows from before there were complaints have none.
        foreach (var counter in MongoDayCounts.Counters)
        {
            var field = counter == MongoDayCounts.OfReason ? "count" : counter;
            counts.Add(counter, isDay ? MongoDayCounts.WholeDay : (int)(start - (day * MongoDayCounts.WholeDay)), row.GetValue(field, 0).ToInt64());
        }

        return new(
            MongoRollupKeys.Of(MongoKeys.Number(scope.Split('\n')[0]), MongoKeys.Number(scope), day, named ? MongoKeys.Number(name) : null, writer: 0),
            named
                ? new("n", name)
                : new() { { "p", parent.Length == 0 ? 0 : MongoKeys.Number(parent) }, { "b", (int)day }, { "n", MongoKeys.NameIn(scope) } },
            counts);
    }

    private static MongoRollupRow Sum(IGrouping<BsonBinaryData, MongoRollupRow> rows)
    {
        var sum = rows.First();

        foreach (var row in rows.Skip(1))
        {
            sum.Counts.Add(row.Counts);
        }

        return sum;
    }
}
