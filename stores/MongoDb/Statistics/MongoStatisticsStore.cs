using System.Runtime.InteropServices;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

internal sealed class MongoStatisticsStore(MongoDatabase database) : IStatisticsStore
{
    private static readonly BsonDocument Sums = new()
    {
        { "r", new BsonDocument("$sum", "$r") }, { "d", new BsonDocument("$sum", "$d") }, { "s", new BsonDocument("$sum", "$s") },
        { "h", new BsonDocument("$sum", "$h") }, { "q", new BsonDocument("$sum", "$q") },
        { "k", new BsonDocument("$sum", "$k") },
    };

    public async Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        (await GroupAsync(database.Rollups, "c", MongoKeys.Scope(scope), range, BsonNull.Value, cancellationToken)).Values.SingleOrDefault();

    public async Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken)
    {
        var quarters = new RollupSegment(RangeComposition.Quarters, RangeComposition.Aligned(range.From), RangeComposition.Aligned(range.To));
        var rows = await database.UseAsync(
            () => database.Rollups.Aggregate<BsonDocument>(ByStart(In("c", MongoKeys.Scope(scope), quarters)), cancellationToken: cancellationToken)
                .ToListAsync(cancellationToken),
            cancellationToken);

        return [.. rows.Select(row => new Bucket(UnixTime.StartOfQuarter(row["_id"].ToInt64()), MongoRollups.CountersOf(row)))
            .Where(bucket => bucket.Counters != default)
            .OrderBy(bucket => bucket.Start)];
    }

    public Task<IReadOnlyList<Counters>> IntervalsAsync(
        StatisticsScope scope, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var sums = new IntervalSums(edges);
                // Of one moment: what a day counts beyond an edge is taken off it.
                using var session = await database.StartSnapshotAsync(cancellationToken);

                foreach (var tier in sums.Segments.GroupBy(segment => segment.Tier))
                {
                    var starts = tier.SelectMany(
                        segment => Enumerable.Range(0, (int)(segment.To - segment.From)).Select(row => (BsonValue)(segment.From + row)));
                    var which = new BsonDocument
                    {
                        { "c", MongoKeys.Scope(scope) }, { "l", tier.Key }, { "b", new BsonDocument("$in", new BsonArray(starts)) },
                    };
                    using var rows = await database.Rollups.AggregateAsync<BsonDocument>(session, ByStart(which), cancellationToken: cancellationToken);
                    await rows.ForEachAsync(row => sums.Add(tier.Key, row["_id"].ToInt64(), MongoRollups.CountersOf(row)), cancellationToken);
                }

                return sums.Sums();
            },
            cancellationToken);

    public async Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Rollups, "p", tenantId, range, "$c", cancellationToken), MongoKeys.NameIn);

    public async Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Rollups, "p", MongoKeys.Domain(tenantId, domain), range, "$c", cancellationToken), MongoKeys.NameIn);

    public async Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Providers, "c", MongoKeys.Scope(scope), range, "$n", cancellationToken), name => name);

    public async Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);

        foreach (var segment in RangeComposition.Segments(range))
        {
            var rows = await database.UseAsync(
                () => database.Reasons.Aggregate<BsonDocument>(
                    new[]
                    {
                        new BsonDocument("$match", In("c", MongoKeys.Scope(scope), segment)),
                        new BsonDocument("$group", new BsonDocument { { "_id", "$n" }, { "count", new BsonDocument("$sum", "$count") } }),
                    },
                    cancellationToken: cancellationToken).ToListAsync(cancellationToken),
                cancellationToken);
            rows.ForEach(row => CollectionsMarshal.GetValueRefOrAddDefault(counts, row["_id"].AsString, out _) += row["count"].ToInt64());
        }

        return [.. counts.Where(pair => pair.Value != 0)
            .Select(pair => ReasonOf(pair.Key, pair.Value))
            .OrderByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
            .ThenBy(reason => reason.ReplyCode)
            .ThenBy(reason => reason.EnhancedCode, StringComparer.Ordinal)
            .ThenBy(reason => reason.Hard)
            .Take(limit)];
    }

    /// <summary>The rows of all writers added up where they stand, so that one comes over for each bucket.</summary>
    private static BsonDocument[] ByStart(BsonDocument which) =>
        [new("$match", which), new("$group", new BsonDocument("_id", "$b").AddRange(Sums))];

    private static ReasonCount ReasonOf(string key, long count)
    {
        var parts = key.Split('\n');
        var code = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);

        return new(parts[0], code == 0 ? null : code, parts[2].Length == 0 ? null : parts[2], parts[3] == "1", count);
    }

    private async Task<Dictionary<string, Counters>> GroupAsync(
        IMongoCollection<BsonDocument> collection, string field, string key, TimeRange range, BsonValue by, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, Counters>(StringComparer.Ordinal);

        foreach (var segment in RangeComposition.Segments(range))
        {
            var rows = await database.UseAsync(
                () => collection.Aggregate<BsonDocument>(
                    new[]
                    {
                        new BsonDocument("$match", In(field, key, segment)),
                        new BsonDocument("$group", new BsonDocument("_id", by).AddRange(Sums)),
                    },
                    cancellationToken: cancellationToken).ToListAsync(cancellationToken),
                cancellationToken);

            foreach (var row in rows)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(sums, row["_id"].IsBsonNull ? "" : row["_id"].AsString, out _) += MongoRollups.CountersOf(row);
            }
        }

        return sums;
    }

    /// <summary>Matches the rollups of a key in a segment.</summary>
    public static BsonDocument In(string field, string key, RollupSegment segment) => new()
    {
        { field, key }, { "l", segment.Tier }, { "b", new BsonDocument { { "$gte", segment.From }, { "$lt", segment.To } } },
    };

    private static IReadOnlyList<NamedCounters> Named(Dictionary<string, Counters> sums, Func<string, string> name) =>
        [.. sums.Where(pair => pair.Value != default)
            .Select(pair => new NamedCounters(name(pair.Key), pair.Value))
            .OrderByDescending(named => named.Counters.Recipients)
            .ThenBy(named => named.Name, StringComparer.Ordinal)];
}
