using System.Buffers.Binary;
using System.Globalization;
using MailStats.Mail.Attempts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Attempts;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Attempts;

internal sealed class MongoAttemptStore(MongoDatabase database, MongoTexts texts, TimeProvider time) : IAttemptStore
{
    /// <summary>
    /// A sheet's id is made when its transaction writes, and seen when that commits: at most two minutes later, which is how long
    /// the driver begins one anew, and by a clock that may be off. What is younger than this is read again.
    /// </summary>
    private static readonly TimeSpan Unsettled = TimeSpan.FromMinutes(5);

    private readonly MongoTallyFolding _folding = new(database);

    /// <summary>Two that put together the same sheets conflict, and one begins anew for nothing.</summary>
    private readonly MongoLease _lease = new(database, time, "tally_lease", TimeSpan.FromMinutes(1));

    public Task ReadAsync(StatisticsScope scope, TimeRange range, Action<AttemptRow> add, CancellationToken cancellationToken) =>
        ReadAsync(
            scope,
            range,
            [TallyTier.Hours, TallyTier.FiveMinutes],
            (tier, start, key, count) => add(key.AsRow(start, tier.Length(), count)),
            cancellationToken);

    public Task ReadTimesAsync(StatisticsScope scope, TimeRange range, Action<TimesRow> add, CancellationToken cancellationToken) =>
        ReadAsync(
            scope,
            range,
            [TallyTier.Days, TallyTier.Quarters],
            (tier, start, key, count) => add(new(start, tier.Length(), key.Domain, key.Provider, key.Mark, count)),
            cancellationToken);

    /// <summary>Sweep by sweep: one that came to the end is followed by one from just before where it began.</summary>
    public async Task<AttemptChanges> ChangesAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (position, began) = ReadCursor(cursor);
        var which = new BsonDocument { { "_id", new BsonDocument("$gt", position) }, { "l", (int)TallyTier.FiveMinutes } };

        if (tenantId is not null)
        {
            which.Add("t", tenantId);
        }

        var sheets = await database.UseAsync(
            () => database.Tallies.Find(which)
                .Sort(new BsonDocument("_id", 1))
                .Limit(limit)
                .Project<BsonDocument>(new BsonDocument { { "t", 1 }, { "b", 1 } })
                .ToListAsync(cancellationToken),
            cancellationToken);
        var next = sheets.Count == limit
            ? (sheets[^1]["_id"].AsObjectId, began)
            : (FirstIdOf(DateTimeOffset.FromUnixTimeSeconds(began) - Unsettled), time.GetUtcNow().ToUnixTimeSeconds());

        return new(
            [.. sheets.Select(sheet => new AttemptChange(sheet["t"].AsString, TallyTier.FiveMinutes.StartOf(sheet["b"].ToInt64()))).Distinct()],
            string.Create(CultureInfo.InvariantCulture, $"{next.Item1}/{next.Item2}"));
    }

    public async Task ReadWaitingAsync(StatisticsScope scope, Action<WaitingDelivery> add, CancellationToken cancellationToken)
    {
        var which = new BsonDocument { { "w", true }, { "t", scope.TenantId } };

        if (scope.Domain is { } domain)
        {
            which.Add("d", MongoKeys.Number(MongoKeys.Domain(scope.TenantId, domain)));
        }

        await database.UseAsync(
            async () =>
            {
                await database.Deliveries.Find(which).ForEachAsync(
                    row =>
                    {
                        if (texts.TryRead(row, out var delivery) && WaitingDelivery.Of(delivery.State) is { } waiting)
                        {
                            add(waiting);
                        }
                    },
                    cancellationToken);

                return true;
            },
            cancellationToken);
    }

    /// <summary>Nothing while another replica does it.</summary>
    public async Task<int> FoldAsync(CancellationToken cancellationToken)
    {
        if (!await _lease.TakeAsync(cancellationToken))
        {
            return 0;
        }

        try
        {
            var now = time.GetUtcNow();

            return await _folding.MergeAsync(now, cancellationToken)
                + await _folding.AgeAsync(TallyTier.FiveMinutes, now, cancellationToken)
                + await _folding.AgeAsync(TallyTier.Quarters, now, cancellationToken);
        }
        finally
        {
            await _lease.GiveBackAsync();
        }
    }

    private async Task ReadAsync(
        StatisticsScope scope, TimeRange range, TallyTier[] tiers, Action<TallyTier, DateTimeOffset, TallyKey, long> add, CancellationToken cancellationToken)
    {
        await database.UseAsync(
            async () =>
            {
                // One moment for both tiers: the upkeep moves counts from one to the other.
                using var snapshot = await database.StartSnapshotAsync(cancellationToken);

                foreach (var tier in tiers)
                {
                    var which = MongoTallies.Within(scope.TenantId, tier, tier.BucketAtOrAfter(range.From), tier.BucketAtOrAfter(range.To));
                    await database.Tallies.Find(snapshot, which).Sort(new BsonDocument { { "b", 1 }, { "_id", 1 } }).ForEachAsync(
                        sheet => Add(sheet, scope, tier, add), cancellationToken);
                }

                return true;
            },
            cancellationToken);
    }

    private static void Add(BsonDocument sheet, StatisticsScope scope, TallyTier tier, Action<TallyTier, DateTimeOffset, TallyKey, long> add)
    {
        var start = tier.StartOf(sheet["b"].ToInt64());
        MongoTallies.Read(sheet, (key, count) =>
        {
            if (scope.Domain is null || scope.Domain == key.Domain)
            {
                add(tier, start, key, count);
            }
        });
    }

    private (ObjectId Position, long Began) ReadCursor(string? cursor) => cursor?.Split('/') is [var position, var began]
        ? (ObjectId.Parse(position), long.Parse(began, NumberStyles.None, CultureInfo.InvariantCulture))
        : (ObjectId.Empty, time.GetUtcNow().ToUnixTimeSeconds());

    private static ObjectId FirstIdOf(DateTimeOffset at)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue));

        return new(bytes);
    }
}
