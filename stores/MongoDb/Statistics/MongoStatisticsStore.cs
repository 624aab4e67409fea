using System.Runtime.InteropServices;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Statistics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>Rows of all writers and quarter hours are added up where they stand, so that little comes over.</summary>
internal sealed class MongoStatisticsStore(MongoDatabase database) : IStatisticsStore
{
    private static readonly string[] OfDeliveries = [.. MongoDayCounts.Counters.Where(counter => counter != MongoDayCounts.OfReason)];

    private static readonly BsonDocument DaysInFull = new(OfDeliveries.Select(counter => new BsonElement(counter, 1)));

    public async Task<Counters> SumAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        (await GroupAsync(database.Rollups, Of(scope, named: false), range, BsonNull.Value, cancellationToken)).Values.SingleOrDefault();

    /// <summary>Of every day all quarter hours come over: a day is smaller than a row for each of them.</summary>
    public async Task<IReadOnlyList<Bucket>> BucketsAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken)
    {
        var (from, to) = (RangeComposition.Aligned(range.From), RangeComposition.Aligned(range.To));
        var days = Of(scope, named: false)(UnixTime.FloorDivide(from, MongoDayCounts.WholeDay), UnixTime.FloorDivide(to - 1, MongoDayCounts.WholeDay) + 1);
        var rows = await database.UseAsync(
            () => database.Rollups.Find(days).Project<BsonDocument>(DaysInFull).ToListAsync(cancellationToken), cancellationToken);
        var buckets = new Dictionary<long, Counters>();

        foreach (var row in rows)
        {
            foreach (var (quarter, counters) in MongoDayCounts.Of([row]).Quarters)
            {
                var start = (MongoRollupKeys.DayOf(row["_id"]) * MongoDayCounts.WholeDay) + quarter;
                CollectionsMarshal.GetValueRefOrAddDefault(buckets, start, out _) += counters;
            }
        }

        return [.. buckets.Where(bucket => bucket.Key >= from && bucket.Key < to && bucket.Value != default)
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => new Bucket(UnixTime.StartOfQuarter(bucket.Key), bucket.Value))];
    }

    public Task<IReadOnlyList<Counters>> IntervalsAsync(
        StatisticsScope scope, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var sums = new IntervalSums(edges);
                var cuts = edges.Select(RangeComposition.Aligned).ToLookup(edge => UnixTime.FloorDivide(edge, MongoDayCounts.WholeDay));
                var parts = sums.Segments.SelectMany(MongoDayPart.Of).SelectMany(part => part.CutAt(cuts[part.FirstDay])).ToList();

                if (parts.Count == 0)
                {
                    return sums.Sums();
                }

                // Days are cut in few ways: each is one sum of every day, and those that nobody asked for are passed over.
                var ways = parts.GroupBy(part => (part.From, part.To)).Select(way => (way.Key, Days: way.SelectMany(part => part.Days).ToHashSet())).ToList();
                var days = Of(scope, named: false)(parts.Min(part => part.FirstDay), parts.Max(part => part.EndDay));
                var group = new BsonDocument("_id", "$b");

                foreach (var (number, way) in ways.Index())
                {
                    group.AddRange(SumsOf(OfDeliveries, way.Key.From, way.Key.To, Prefix(number)));
                }

                // Of one moment: what a day counts beyond an edge is taken off it.
                using var session = await database.StartSnapshotAsync(cancellationToken);
                using var rows = await database.Rollups.AggregateAsync<BsonDocument>(
                    session, new BsonDocument[] { new("$match", days), new("$group", group) }, cancellationToken: cancellationToken);
                await rows.ForEachAsync(
                    row =>
                    {
                        var day = row["_id"].ToInt64();

                        foreach (var (number, way) in ways.Index().Where(way => way.Item.Days.Contains(day)))
                        {
                            var part = new MongoDayPart(day, day + 1, way.Key.From, way.Key.To);
                            sums.Add(part.Tier, part.Start, CountersOf(row, Prefix(number)));
                        }
                    },
                    cancellationToken);

                return sums.Sums();
            },
            cancellationToken);

    public async Task<IReadOnlyList<NamedCounters>> DomainsAsync(string tenantId, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Rollups, In(tenantId), range, "$n", cancellationToken));

    public async Task<IReadOnlyList<NamedCounters>> MailboxesAsync(string tenantId, string domain, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Rollups, In(MongoKeys.Domain(tenantId, domain)), range, "$n", cancellationToken));

    public async Task<IReadOnlyList<NamedCounters>> ProvidersAsync(StatisticsScope scope, TimeRange range, CancellationToken cancellationToken) =>
        Named(await GroupAsync(database.Providers, Of(scope, named: true), range, "$n", cancellationToken));

    public async Task<IReadOnlyList<ReasonCount>> ReasonsAsync(StatisticsScope scope, TimeRange range, int limit, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await SumAsync(database.Reasons, Of(scope, named: true), range, "$n", [MongoDayCounts.OfReason], Add, cancellationToken);

        return [.. counts.Where(pair => pair.Value != 0)
            .Select(pair => ReasonOf(pair.Key, pair.Value))
            .OrderByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
            .ThenBy(reason => reason.ReplyCode)
            .ThenBy(reason => reason.EnhancedCode, StringComparer.Ordinal)
            .ThenBy(reason => reason.Hard)
            .Take(limit)];

        void Add(BsonDocument row) => CollectionsMarshal.GetValueRefOrAddDefault(counts, row["_id"].AsString, out _) += row[MongoDayCounts.OfReason].ToInt64();
    }

    private static ReasonCount ReasonOf(string key, long count)
    {
        var parts = key.Split('\n');
        var code = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);

        return new(parts[0], code == 0 ? null : code, parts[2].Length == 0 ? null : parts[2], parts[3] == "1", count);
    }

    /// <summary>The days of a scope.</summary>
    private static Func<long, long, BsonDocument> Of(StatisticsScope scope, bool named) =>
        (firstDay, endDay) => MongoRollupKeys.Within(scope.TenantId, MongoKeys.Scope(scope), firstDay, endDay, named);

    /// <summary>The days of all scopes that a scope is made of.</summary>
    private static Func<long, long, BsonDocument> In(string parent) => (firstDay, endDay) => new()
    {
        { "p", MongoKeys.Number(parent) }, { "b", new BsonDocument { { "$gte", firstDay }, { "$lt", endDay } } },
    };

    private static string Prefix(int number) => FormattableString.Invariant($"{number}");

    private static IEnumerable<BsonElement> SumsOf(IEnumerable<string> counters, int from, int to, string prefix = "") =>
        counters.Select(counter => new BsonElement(prefix + counter, new BsonDocument("$sum", MongoDayCounts.Read(counter, from, to))));

    private static Counters CountersOf(BsonDocument sums, string prefix = "") => MongoDayCounts.Sum(counter => sums[prefix + counter].ToInt64());

    private async Task<Dictionary<string, Counters>> GroupAsync(
        IMongoCollection<BsonDocument> collection, Func<long, long, BsonDocument> days, TimeRange range, BsonValue by, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, Counters>(StringComparer.Ordinal);
        await SumAsync(collection, days, range, by, OfDeliveries, Add, cancellationToken);

        return sums;

        void Add(BsonDocument row) =>
            CollectionsMarshal.GetValueRefOrAddDefault(sums, row["_id"].IsBsonNull ? "" : row["_id"].AsString, out _) += CountersOf(row);
    }

    private async Task SumAsync(
        IMongoCollection<BsonDocument> collection, Func<long, long, BsonDocument> days, TimeRange range, BsonValue by, IEnumerable<string> counters,
        Action<BsonDocument> add, CancellationToken cancellationToken)
    {
        foreach (var part in RangeComposition.Segments(range).SelectMany(MongoDayPart.Of))
        {
            var stages = new BsonDocument[]
            {
                new("$match", days(part.FirstDay, part.EndDay)),
                new("$group", new BsonDocument("_id", by).AddRange(SumsOf(counters, part.From, part.To))),
            };
            var rows = await database.UseAsync(
                () => collection.Aggregate<BsonDocument>(stages, cancellationToken: cancellationToken).ToListAsync(cancellationToken), cancellationToken);
            rows.ForEach(add);
        }
    }

    private static IReadOnlyList<NamedCounters> Named(Dictionary<string, Counters> sums) =>
        [.. sums.Where(pair => pair.Value != default)
            .Select(pair => new NamedCounters(pair.Key, pair.Value))
            .OrderByDescending(named => named.Counters.Recipients)
            .ThenBy(named => named.Name, StringComparer.Ordinal)];
}
