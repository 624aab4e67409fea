using MailStats.Stores.MongoDb.Database;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>Which of several replicas does a piece of upkeep.</summary>
public sealed class MongoLeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new(Some.Noon);

    [SkippableFact]
    public async Task One_has_it_until_it_gives_it_back_or_is_not_heard_of_any_more()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());
        var (one, other) = (Lease(store), Lease(store));

        Assert.True(await one.TakeAsync(default));
        Assert.False(await other.TakeAsync(default));
        Assert.True(await one.TakeAsync(default));

        await other.GiveBackAsync();
        Assert.False(await other.TakeAsync(default));

        await one.GiveBackAsync();
        Assert.True(await other.TakeAsync(default));
        Assert.False(await one.TakeAsync(default));

        _time.Advance(Length);
        Assert.False(await one.TakeAsync(default));
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(await one.TakeAsync(default));
        Assert.False(await other.TakeAsync(default));
    }

    [SkippableFact]
    public async Task Of_many_that_ask_at_once_one_gets_it()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Lease(store).TakeAsync(default)));

        Assert.Single(taken, got => got);
    }

    private MongoLease Lease(TemporaryMongoStore store) => new(store.Database, _time, "a_lease", Length);
}
