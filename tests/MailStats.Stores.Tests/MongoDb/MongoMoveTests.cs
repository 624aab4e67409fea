using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.MongoDb.Upkeep;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>What earlier releases wrote is brought into its present form before anything else is done.</summary>
public sealed class MongoMoveTests
{
    private static readonly TimeRange Around = new(Some.Noon.AddDays(-5), Some.Noon.AddDays(1));

    private static readonly BsonDocument OfBefore = new("_id", new BsonDocument("$gte", ""));

    private readonly FakeTimeProvider _time = new(Some.Noon.AddMinutes(1));

    /// <summary>More rows than one step moves; killed after each of the first steps, and gone on with by several that start together.</summary>
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Rollups_of_before_are_moved_and_say_the_same(int stepsBefore)
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(Mail(400), default);
        var before = await store.DumpAsync();
        var sum = await SumsAsync(store);
        await MongoFormerRollups.WriteAsync(store.Database, store.Texts);

        for (var step = 0; step < stepsBefore; step++)
        {
            Assert.True(await store.Database.TransactAsync(
                (session, token) => new MongoRollupMove().MoveSomeAsync(store.Database, session, token), default));
        }

        Assert.True(await store.Database.Providers.CountDocumentsAsync(OfBefore) > 0);
        await using var first = (TemporaryMongoStore)store.Another();
        await using var second = (TemporaryMongoStore)store.Another();
        Assert.Equal([sum, sum], await Task.WhenAll(SumsAsync(first), Waiting(SumsAsync(second))));

        foreach (var collection in new[] { store.Database.Rollups, store.Database.Providers, store.Database.Reasons })
        {
            Assert.Equal(0, await collection.CountDocumentsAsync(OfBefore));
            Assert.DoesNotContain("c_l_b", (await (await collection.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString));
        }

        Assert.Equal(before, await first.DumpAsync());
        Assert.Equal(0, (await first.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(7, (await store.Database.Facts.Find(new BsonDocument("_id", "schema")).SingleAsync())["oldest"].ToInt32());
    }

    /// <summary>The same of deliveries, with a search index that knows half of them and goes on with the other.</summary>
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Deliveries_of_before_are_moved_found_changed_and_erased(int stepsBefore)
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([.. Mail(600), .. Told(40)], default);
        await store.IndexAsync(all: true);
        await store.Deliveries.ApplyAsync(Mail(650)[600..], default);
        var before = await store.DumpAsync();
        await MongoFormerDeliveries.WriteAsync(store.Database, store.Texts);
        Assert.Equal(650 + 40, await store.Database.Deliveries.CountDocumentsAsync(OfBefore));

        for (var step = 0; step < stepsBefore; step++)
        {
            Assert.True(await store.Database.TransactAsync(
                (session, token) => new MongoDeliveryMove().MoveSomeAsync(store.Database, session, token), default));
        }

        await using var first = (TemporaryMongoStore)store.Another();
        await using var second = (TemporaryMongoStore)store.Another();
        await Task.WhenAll(first.Statistics.DomainsAsync("acme", Around, default), Waiting(second.Statistics.DomainsAsync("acme", Around, default)));

        Assert.Equal(before, await first.DumpAsync());
        Assert.Equal(0, await store.Database.Deliveries.CountDocumentsAsync(OfBefore));
        Assert.Equal(0, (await first.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.DoesNotContain("i", (await (await store.Database.Deliveries.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString));
        Assert.NotNull(await first.Trails.FindAsync("acme", DeliveryId.Of(new("acme", "m599", "ann@example.net")), default));
        var found = await first.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 10, Search = Searched.For("from:team599@example.org") }, default);
        Assert.Equal("team599@example.org", Assert.Single(found.Items).Sender);
        Assert.Equal(0, (await first.Deliveries.ApplyAsync(Mail(3), default)).Changed);
        await first.Deliveries.ApplyAsync([Some.HardBounce("m1", at: Some.Noon.AddHours(1))], default);
        Assert.Equal(0, (await first.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(690, (await first.Erasures.EraseAsync("acme", "Ann@example.net", default)).Deliveries);
        Assert.Equal(0, (await first.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    /// <summary>An index that was being made had walked the deliveries in the order of their keys of then.</summary>
    [SkippableFact]
    public async Task A_search_index_that_was_being_made_takes_in_every_moved_delivery()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(Mail(20), default);
        await store.IndexAsync(all: true);
        await MongoFormerDeliveries.WriteAsync(store.Database, store.Texts);
        await store.Database.SearchSegments.DeleteManyAsync(new BsonDocument());
        await store.Database.Facts.UpdateOneAsync(
            new BsonDocument("_id", "search"), new BsonDocument("$set", new BsonDocument { { "complete", false }, { "after", "acme\nm9" } }));
        await using var later = (TemporaryMongoStore)store.Another();

        await later.IndexAsync(all: true);

        Assert.Equal(0, (await later.Verification.VerifyAsync(repair: false, default)).Differences);
        var found = await later.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 30, Search = Searched.For("to:ann@example.net") }, default);
        Assert.Equal(20, found.Items.Count);
    }

    /// <summary>Written by an old replica that ran on beside new ones: it is kept aside, and no start fails for it.</summary>
    [SkippableFact]
    public async Task A_delivery_of_before_that_is_there_in_the_present_form_too_is_set_aside()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        var row = await store.Database.Deliveries.Find(new BsonDocument()).SingleAsync();
        await store.Database.Deliveries.InsertOneAsync(MongoFormerDeliveries.Of(row, store.Texts));
        await using var later = (TemporaryMongoStore)store.Another();

        Assert.Equal(1, (await later.Verification.VerifyAsync(repair: false, default)).Deliveries);
        Assert.Equal(1, await store.Database.Damaged.CountDocumentsAsync(OfBefore));
        Assert.Equal(row, await store.Database.Deliveries.Find(new BsonDocument()).SingleAsync());
    }

    /// <summary>A step whose commit never came is no step.</summary>
    [SkippableFact]
    public async Task A_step_that_is_killed_within_its_transaction_has_moved_nothing()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(Mail(20), default);
        await MongoFormerRollups.WriteAsync(store.Database, store.Texts);
        var rows = await store.Database.Rollups.CountDocumentsAsync(OfBefore);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.TransactAsync<bool>(
            async (session, token) =>
            {
                await new MongoRollupMove().MoveSomeAsync(store.Database, session, token);

                throw new InvalidOperationException("Killed.");
            },
            default));

        Assert.Equal(rows, await store.Database.Rollups.CountDocumentsAsync(OfBefore));
    }

    /// <summary>With an earlier activity in the lists.</summary>
    private static IEnumerable<ClassifiedDelivery> Told(int count) => Enumerable.Range(0, count).SelectMany(number => (ClassifiedDelivery[])
        [Some.HardBounce($"d{number}", at: Some.Noon.AddMinutes(-number)), Some.Delivered($"d{number}", at: Some.Noon.AddMinutes(30 - number))]);

    private static ClassifiedDelivery[] Mail(int count) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var at = Some.Noon.AddMinutes(-7 * number);
        var sender = $"team{number}@example.org";

        return number % 5 == 0
            ? Some.Event(DeliveryEventKind.Bounced, $"m{number}", "ann@example.net", at, sender, classification: Some.UserUnknown)
            : Some.Event(number % 7 == 0 ? DeliveryEventKind.Accepted : DeliveryEventKind.Delivered, $"m{number}", "ann@example.net", at, sender);
    })];

    private static async Task<string> SumsAsync(OpenedStores store)
    {
        var range = new TimeRange(Some.Noon.AddDays(-3).AddHours(-1), Some.Noon.AddHours(2));
        var acme = new StatisticsScope("acme");

        return string.Join('|', (object[])
        [
            await store.Statistics.SumAsync(acme, range, default),
            .. await store.Statistics.BucketsAsync(acme, range, default),
            .. await store.Statistics.IntervalsAsync(acme, [range.From, Some.Noon.AddDays(-1), Some.Noon.AddHours(-3), range.To], default),
            .. await store.Statistics.MailboxesAsync("acme", "example.org", range, default),
            .. await store.Statistics.ReasonsAsync(acme, range, 10, default),
        ]);
    }

    /// <summary>One that waits for its turn, on a clock that stands still.</summary>
    private async Task<T> Waiting<T>(Task<T> one)
    {
        while (!one.IsCompleted)
        {
            await Task.WhenAny(one, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return await one;
    }

    private async Task<TemporaryMongoStore> OpenAsync() => new(await MongoServer.AddressAsync(), time: _time);
}
