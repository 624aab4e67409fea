using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>What an application does to quotas is not lost when its process dies before it is counted in.</summary>
public sealed class MongoQuotaEntriesTests
{
    private static readonly StatisticsScope Acme = new("acme");

    [Fact]
    public async Task What_was_applied_and_not_counted_in_is_shown_refused_by_and_told_of_once()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());
        await using var other = store.Another();
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 3), default);
        await ApplyAndDieAsync(store, 3);

        Assert.Equal(1, await store.Database.QuotaEntries.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));
        Assert.Equal(3, (await store.Quotas.StandingsAsync(Acme, default))[0].Used);
        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
        Assert.Empty(await store.Outbox.ReadPendingAsync(10, default));
        Assert.False((await store.Quotas.ReserveAsync(new() { TenantId = "acme", Key = "1", Recipients = 1 }, default)).Allowed);

        await Task.WhenAll(store.Quotas.AdvanceAsync(default), other.Quotas.AdvanceAsync(default));

        Assert.Equal(0, await store.Database.QuotaEntries.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));
        Assert.Equal(3, (await store.Outbox.ReadPendingAsync(10, default)).Count);
        Assert.Equal(3, (await store.Quotas.StandingsAsync(Acme, default))[0].Used);
    }

    [Fact]
    public async Task The_clock_finds_what_was_not_counted_in()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 3), default);
        await ApplyAndDieAsync(store, 4);

        await store.Quotas.AdvanceAsync(default);

        Assert.Equal(3, (await store.Outbox.ReadPendingAsync(10, default)).Count);
    }

    /// <summary>Applies with a store whose way to the quotas is cut.</summary>
    private static async Task ApplyAndDieAsync(TemporaryMongoStore store, int recipients)
    {
        using var nowhere = new MongoDatabase(
            Options.Create(
                new StorageOptions { ConnectionString = "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=200", Database = "none" }),
            [],
            new(TimeProvider.System, NullLogger<UnreadableRows>.Instance),
            TimeProvider.System);
        var texts = new MongoTexts(store.Database, new(store.Database));
        var privacy = new MongoPrivacy(Options.Create(new StorageOptions()), store.Database);
        await using var writer = new MongoWriter(store.Database, TimeProvider.System);
        await using var dying = new MongoDeliveryStore(
            store.Database, texts, privacy, new(nowhere, Options.Create(new QuotaOptions()), TimeProvider.System),
            new(store.Database, privacy, TimeProvider.System), writer, TimeProvider.System);

        await dying.ApplyAsync(
            [
                .. Enumerable.Range(0, recipients).Select(
                    i => Some.Event(
                        MailStats.Contracts.DeliveryEventKind.Delivered, $"m{i}", "ann@example.net",
                        TimeProvider.System.GetUtcNow(), "shop@example.org")),
            ],
            default);
    }
}
