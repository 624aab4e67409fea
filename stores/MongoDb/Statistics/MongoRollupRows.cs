using System.Globalization;
using MailStats.Mail.Time;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// The documents of rollups, providers and reasons. Writers have rows of their own: their keys begin with the writer's number,
/// <c>o</c> is true, and <c>u</c> is when the row was last moved. The row without a writer holds what has been folded, what a repair added,
/// and all that was counted before there were writers.
/// </summary>
internal static class MongoRollupRows
{
    /// <summary>Everything that a row counts.</summary>
    public static readonly string[] Values = ["r", "d", "s", "h", "q", "k", "count"];

    private const char AfterWriter = '@';

    /// <summary>In these steps a row says when it was last moved, so that its index does not move with every transaction.</summary>
    private static readonly long MicrosecondsPerStep = UnixTime.Microseconds(TimeSpan.FromMinutes(5));

    public static long StepOf(DateTimeOffset at) => UnixTime.FloorDivide(UnixTime.ToMicroseconds(at), MicrosecondsPerStep);

    /// <summary>The key of the row without a writer.</summary>
    public static string PlaceOf(BsonDocument row)
    {
        var id = row["_id"].AsString;

        return row.Contains("o") ? id[(id.IndexOf(AfterWriter, StringComparison.Ordinal) + 1)..] : id;
    }

    /// <summary>What a row is about.</summary>
    public static BsonDocument NamesOf(BsonDocument row) =>
        new(row.Elements.Where(element => element.Name is not ("_id" or "o" or "u") && !Values.Contains(element.Name)));

    /// <summary>What rows of one place count together. Rows from before there were complaints have none.</summary>
    public static BsonDocument Sum(IEnumerable<BsonDocument> rows)
    {
        var sum = new BsonDocument();

        foreach (var row in rows)
        {
            foreach (var name in Values.Where(row.Contains))
            {
                sum[name] = sum.GetValue(name, 0L).ToInt64() + row[name].ToInt64();
            }
        }

        return sum;
    }

    /// <summary>A change of a writer's row.</summary>
    public static MongoRollupChange Of(string place, BsonDocument names, BsonDocument change, int writer, DateTimeOffset now) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{writer}{AfterWriter}{place}"), names.Add("o", true), change, StepOf(now));

    /// <summary>Moves rows, and removes those that count nothing any more.</summary>
    public static async Task AddAsync(
        IMongoCollection<BsonDocument> collection, IClientSessionHandle session, List<MongoRollupChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        // In the order of their keys: two transactions that touch the same rows then mostly wait in line instead of crossing.
        changes.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
        await collection.BulkWriteAsync(
            session,
            changes.Select(change => new UpdateOneModel<BsonDocument>(new BsonDocument("_id", change.Id), change.Update()) { IsUpsert = true }),
            new() { IsOrdered = false },
            cancellationToken);
        var fewer = changes.Where(change => change.Step is null || change.Change.Any(value => value.Value.ToInt64() < 0)).Select(change => change.Id).ToList();

        if (fewer.Count > 0)
        {
            await collection.DeleteManyAsync(
                session,
                new BsonDocument("_id", new BsonDocument("$in", new BsonArray(fewer))).AddRange(changes[0].Change.Names.ToDictionary(name => name, _ => 0)),
                cancellationToken: cancellationToken);
        }
    }
}

/// <param name="Id">The row's key.</param>
/// <param name="Names">What it is about, for when it has to be made.</param>
/// <param name="Change">What is added to its numbers: all of them.</param>
/// <param name="Step">When, null for the row without a writer.</param>
internal sealed record MongoRollupChange(string Id, BsonDocument Names, BsonDocument Change, long? Step)
{
    public BsonDocument Update()
    {
        var update = new BsonDocument { { "$inc", Change }, { "$setOnInsert", Names } };

        return Step is { } step ? update.Add("$set", new BsonDocument("u", step)) : update;
    }
}
