using System.Buffers.Binary;
using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Statistics;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Rollup rows by writer: who has which number, what readers make of the rows, and how they are folded.</summary>
public sealed class MongoWriterTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    private static readonly BsonDocument OfWriters = new("o", new BsonDocument("$exists", true));

    private readonly FakeTimeProvider _time = new(Some.Noon.AddMinutes(1));

    [SkippableFact]
    public async Task Processes_have_numbers_of_their_own_and_an_orderly_end_gives_one_back()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);
        await using var third = Another(store);

        Assert.Equal(1, await store.Writer.NumberAsync(default));
        await using (var brief = Another(store))
        {
            Assert.Equal(2, await brief.Writer.NumberAsync(default));
        }

        Assert.Equal(2, await second.Writer.NumberAsync(default));
        Assert.Equal(3, await third.Writer.NumberAsync(default));
    }

    [SkippableFact]
    public async Task Many_that_start_at_once_have_different_numbers()
    {
        await using var store = await OpenAsync(_time);
        var all = Enumerable.Range(0, 12).Select(_ => Another(store)).ToList();

        var numbers = await Task.WhenAll(all.Select(one => one.Writer.NumberAsync(default)));

        Assert.Equal(Enumerable.Range(1, 12), numbers.Order());
        await Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask()));
    }

    [SkippableFact]
    public async Task A_killed_writers_number_comes_back_after_its_lease_and_not_before()
    {
        await using var store = await OpenAsync(_time);
        Assert.Equal(1, await store.Writer.NumberAsync(default));
        _time.Advance(MongoWriter.Length - TimeSpan.FromSeconds(1));
        await using var second = Another(store);
        Assert.Equal(2, await second.Writer.NumberAsync(default));
        _time.Advance(TimeSpan.FromSeconds(2));
        await using var third = Another(store);

        Assert.Equal(1, await third.Writer.NumberAsync(default));
    }

    /// <summary>A machine whose clock is an hour ahead takes a number that is in use: its owner no longer writes under it.</summary>
    [SkippableFact]
    public async Task Who_has_lost_its_number_to_a_wrong_clock_writes_under_another()
    {
        await using var store = await OpenAsync(_time);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        await using var wrong = await OpenAsync(new FakeTimeProvider(Some.Noon.AddHours(1)), store.Name);

        await wrong.Deliveries.ApplyAsync([Some.Delivered("m2")], default);
        await store.Deliveries.ApplyAsync([Some.Delivered("m3")], default);

        Assert.Equal((2, 1), (await store.Writer.NumberAsync(default), await wrong.Writer.NumberAsync(default)));
        Assert.Equal(3, (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
        // Both wrote under 1, one after the other.
        Assert.Equal(2, await DeliveredAsync(store, 1));
        Assert.Equal(1, await DeliveredAsync(store, 2));
    }

    /// <summary>Whoever found the lease as it was before the transaction renewed it cannot take it: not meanwhile, not afterwards.</summary>
    [SkippableFact]
    public async Task A_number_cannot_be_taken_under_an_open_transaction()
    {
        await using var store = await OpenAsync(_time);
        var number = await store.Writer.NumberAsync(default);
        var found = await store.Database.Writers.Find(new BsonDocument("_id", number)).SingleAsync();
        Task<UpdateResult>? taking = null;

        await store.Database.TransactAsync(
            async (session, token) =>
            {
                await store.Writer.RenewAsync(session, number, token);
                taking ??= store.Database.Writers.UpdateOneAsync(found, new BsonDocument("$set", new BsonDocument("by", "another")), cancellationToken: token);

                return true;
            },
            default);

        Assert.Equal(0, (await taking!).MatchedCount);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        Assert.Equal(number, await store.Writer.NumberAsync(default));
    }

    [SkippableFact]
    public async Task A_number_that_was_taken_before_the_transaction_renews_it_is_refused_to_the_transaction()
    {
        await using var store = await OpenAsync(_time);
        var number = await store.Writer.NumberAsync(default);
        await using var wrong = await OpenAsync(new FakeTimeProvider(Some.Noon.AddHours(1)), store.Name);
        await wrong.Writer.NumberAsync(default);

        await Assert.ThrowsAsync<LostWriterException>(() => store.Database.TransactAsync(
            async (session, token) =>
            {
                await store.Writer.RenewAsync(session, number, token);

                return true;
            },
            default));
    }

    [SkippableFact]
    public async Task What_one_counted_and_another_withdrew_is_shown_nowhere()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);
        await store.Deliveries.ApplyAsync([Some.HardBounce("m1")], default);
        // Known to be accepted an hour earlier: another bucket.
        await second.Deliveries.ApplyAsync([Some.Accepted("m1", at: Some.Noon.AddHours(-1))], default);

        Assert.Single(await store.Statistics.BucketsAsync(new("acme"), Day, default));
        Assert.Equal(1, (await store.Statistics.ReasonsAsync(new("acme"), Day, 10, default)).Single().Count);
        Assert.Empty(await store.Statistics.ReasonsAsync(new("acme"), new(Some.Noon, Some.Noon.AddHours(1)), 10, default));
        Assert.Empty(await store.Statistics.DomainsAsync("acme", new(Some.Noon, Some.Noon.AddHours(1)), default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task What_is_over_and_quiet_is_folded_and_says_the_same()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);
        await store.Deliveries.ApplyAsync([Some.HardBounce("m1"), Some.Accepted("m2")], default);
        await second.Deliveries.ApplyAsync([Some.Delivered("m2"), Some.Accepted("m1", at: Some.Noon.AddHours(-1))], default);
        var before = await store.DumpAsync();

        _time.Advance(TimeSpan.FromHours(11));
        await FoldAsync(store);
        Assert.NotEmpty(await RowsAsync(store));
        _time.Advance(TimeSpan.FromHours(2));
        await FoldAsync(store);

        Assert.Empty(await RowsAsync(store));
        Assert.Equal(before, await store.DumpAsync());
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        // Rows that cancelled each other out are gone, not nought.
        var folded = await store.Database.Rollups.Find(new BsonDocument()).ToListAsync();
        Assert.All(
            folded.SelectMany(row => MongoDayCounts.Counters.Where(row.Contains).Select(counter => row[counter])),
            counter => Assert.DoesNotContain(0, counter.AsBsonDocument.Values.Select(count => count.ToInt64())));

        await second.Deliveries.ApplyAsync([Some.Delivered("m3")], default);
        Assert.NotEmpty(await RowsAsync(store));
        await FoldAsync(store);
        Assert.NotEmpty(await RowsAsync(store));
        _time.Advance(TimeSpan.FromMinutes(16));
        await FoldAsync(store);
        Assert.Empty(await RowsAsync(store));
    }

    /// <summary>More rows than one step takes, while others go on applying to the same buckets.</summary>
    [SkippableFact]
    public async Task Folding_among_writers_loses_and_doubles_nothing()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);
        await Task.WhenAll(new[] { store, second }.Select((one, writer) => one.Deliveries.ApplyAsync(Deliveries(writer * 300, 300), default)));
        _time.Advance(TimeSpan.FromDays(2));

        await Task.WhenAll(
            FoldAsync(store), FoldAsync(second),
            Task.Run(async () =>
            {
                for (var round = 0; round < 10; round++)
                {
                    await second.Deliveries.ApplyAsync(Deliveries(600 + (round * 20), 20), default);
                }
            }));

        Assert.Equal(800, (await store.Statistics.SumAsync(new("acme"), Day, default)).Recipients);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task A_writers_wrong_row_is_found_and_mended()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        await second.Deliveries.ApplyAsync([Some.Delivered("m2")], default);
        var before = await store.DumpAsync();
        var wrong = (await store.Database.Providers.Find(OfWriters).ToListAsync()).First(row => WriterOf(row) == 2);
        await store.Database.Providers.UpdateOneAsync(new BsonDocument("_id", wrong["_id"]), new BsonDocument("$inc", new BsonDocument("d.48", 5)));

        Assert.Equal(1, (await store.Verification.VerifyAsync(repair: true, default)).Differences);

        Assert.Equal(before, await store.DumpAsync());
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        _time.Advance(TimeSpan.FromDays(2));
        await FoldAsync(store);
        Assert.Equal(before, await store.DumpAsync());
    }

    [SkippableFact]
    public async Task Two_writers_of_one_tenant_change_no_rollup_in_common()
    {
        await using var store = await OpenAsync(_time);
        await using var second = Another(store);

        await Task.WhenAll(store.Deliveries.ApplyAsync(Deliveries(0, 50), default), second.Deliveries.ApplyAsync(Deliveries(50, 50), default));

        var writers = (await RowsAsync(store)).Select(row => WriterOf(row)).ToHashSet();
        Assert.Equal([1, 2], writers.Order());
        Assert.Equal(0, await store.Database.Rollups.CountDocumentsAsync(new BsonDocument("o", new BsonDocument("$exists", false))));
        Assert.Equal(100, (await store.Statistics.SumAsync(new("acme"), Day, default)).Recipients);
    }

    private static ClassifiedDelivery[] Deliveries(int from, int count) => [.. Enumerable.Range(from, count).Select(number =>
        Some.Event(DeliveryEventKind.Delivered, $"m{number}", "ann@example.net", Some.Noon, $"team{number}@example.org"))];

    private static async Task FoldAsync(TemporaryMongoStore store)
    {
        while (await store.Folding.FoldAsync(default) > 0)
        {
        }
    }

    private static async Task<List<BsonDocument>> RowsAsync(TemporaryMongoStore store) =>
        [
            .. await store.Database.Rollups.Find(OfWriters).ToListAsync(), .. await store.Database.Providers.Find(OfWriters).ToListAsync(),
            .. await store.Database.Reasons.Find(OfWriters).ToListAsync(),
        ];

    private static async Task<int> DeliveredAsync(TemporaryMongoStore store, int writer) =>
        (await store.Database.Rollups.Find(new BsonDocument("n", "acme")).ToListAsync())
            .Where(row => WriterOf(row) == writer)
            .Sum(row => row["d"]["t"].ToInt32());

    /// <summary>The last two bytes of the key.</summary>
    private static int WriterOf(BsonDocument row) => BinaryPrimitives.ReadUInt16BigEndian(row["_id"].AsByteArray.AsSpan()[^2..]);

    private static TemporaryMongoStore Another(TemporaryMongoStore store) => (TemporaryMongoStore)store.Another();

    private static async Task<TemporaryMongoStore> OpenAsync(TimeProvider time, string? database = null) =>
        database is null
            ? new(await MongoServer.AddressAsync(), time: time)
            : TemporaryMongoStore.On(await MongoServer.AddressAsync(), database, time);
}
