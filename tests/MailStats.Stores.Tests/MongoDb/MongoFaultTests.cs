using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.Attempts;
using MailStats.Stores.MongoDb;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>
/// What a replica set does to its clients, brought about one by one. Only a real one shows the same of an election among
/// several members, of a member that loses its disk, and that these errors come in the places where they are expected here.
/// </summary>
public sealed class MongoFaultTests
{
    private const string Nobody = "mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=200";

    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    private static readonly QuotaLimit Limit = new(new("acme"), QuotaWindow.Month, 1000);

    private static readonly ClassifiedDelivery[] Events = [Some.Accepted("m1"), Some.Delivered("m1"), Some.HardBounce("m2"), Some.Deferral("m3")];

    /// <summary>The command that fails, how, and how often.</summary>
    public static TheoryData<string, int?, string?, int> Faults => new()
    {
        // The change is made and its answer lost: the driver asks for the same commit again.
        { "commitTransaction", null, null, 1 },
        // Another transaction was faster.
        { "commitTransaction", 112, "TransientTransactionError", 3 },
        { "update", 112, "TransientTransactionError", 3 },
        { "find", 112, "TransientTransactionError", 2 },
        // The transaction was ended by the server: an election, or its minute was over.
        { "update", 251, "TransientTransactionError", 1 },
        // The member is no primary any more.
        { "find", 10107, "TransientTransactionError", 1 },
        { "commitTransaction", 10107, "RetryableWriteError", 1 },
        // The connection is lost in the middle.
        { "update", null, null, 1 },
        { "find", null, null, 1 },
    };

    [SkippableFact]
    public async Task Who_meets_others_again_and_again_does_not_wait_ever_longer_for_it()
    {
        var name = MongoFaults.NewName();
        await using var store = await MongoFaults.OpenAsync(name);
        await store.Deliveries.ApplyAsync([Some.HardBounce("m8"), Some.Deferral("m9")], default);
        await MongoFaults.FailAsync(name, "update", 112, "TransientTransactionError", 100);
        var began = TimeProvider.System.GetTimestamp();

        await store.Deliveries.ApplyAsync(Events, default);

        // Three seconds; with the driver's own pauses, which grow to half a second, more than twenty.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public async Task What_the_server_does_to_a_transaction_neither_loses_nor_doubles_a_delivery(string command, int? code, string? label, int times)
    {
        var name = MongoFaults.NewName();
        await using var store = await MongoFaults.OpenAsync(name);
        // Classifications are stored once and for all, before the transaction; from now on there is nothing but the transaction.
        await store.Deliveries.ApplyAsync([Some.HardBounce("m8"), Some.Deferral("m9")], default);
        await MongoFaults.FailAsync(name, command, code, label, times);
        var applied = await store.Deliveries.ApplyAsync(Events, default);

        Assert.Equal(4, applied.Changed);
        Assert.Equal(new Counters(5, 1, 0, 2, 2), await store.Statistics.SumAsync(new("acme"), Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public async Task What_the_server_does_to_a_transaction_neither_loses_nor_doubles_a_reservation(string command, int? code, string? label, int times)
    {
        var name = MongoFaults.NewName();
        await using var store = await MongoFaults.OpenAsync(name);
        await store.Quotas.SaveLimitAsync(Limit, default);
        await MongoFaults.FailAsync(name, command, code, label, times);

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => ReserveAsync(store, number)));

        Assert.Equal(10, taken.Count(outcome => outcome.Result == ReservationResult.Granted));
        Assert.Equal(10, (await store.Quotas.StandingsAsync(new("acme"), default))[0].Reserved);
        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task Two_hundred_at_once_get_exactly_the_limit_while_every_process_meets_conflicts()
    {
        var name = MongoFaults.NewName();
        await using var store = await MongoFaults.OpenAsync(name);
        await using var second = store.Another();
        await using var third = store.Another();
        OpenedStores[] processes = [store, second, third];
        await store.Quotas.SaveLimitAsync(Limit, default);
        // What a process does at its first call is no transaction.
        await Task.WhenAll(processes.Select(process => process.Quotas.SettingsAsync("acme", default)));
        await MongoFaults.FailAsync(name, "update", 112, "TransientTransactionError", times: 25);

        var taken = await Task.WhenAll(Enumerable.Range(0, 1200).Select(number => Task.Run(() => ReserveAsync(processes[number % 3], number))));

        Assert.Equal(1000, taken.Count(outcome => outcome.Allowed));
        Assert.Equal(1000, (await third.Quotas.StandingsAsync(new("acme"), default))[0].Taken);
        Assert.Equal(3, (await store.Outbox.ReadPendingAsync(10, default)).Count);
    }

    [SkippableFact]
    public async Task Eight_processes_that_are_told_the_same_count_it_once()
    {
        await using var store = (TemporaryMongoStore)await InMongoDb.OpenAsync();
        var all = Enumerable.Range(0, 8).Select(_ => store.Another()).ToList();
        var events = Enumerable.Range(0, 50)
            .SelectMany(number => new[] { Some.Accepted($"m{number}"), Some.Deferral($"m{number}"), Some.Delivered($"m{number}") })
            .ToList();

        var applied = await Task.WhenAll(all.Select(one => one.Deliveries.ApplyAsync(events, default)));

        Assert.Equal(new Counters(50, 50, 0, 0, 0), await store.Statistics.SumAsync(new("acme"), Day, default));
        Assert.Equal(150, applied.Sum(result => result.Changed));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        all.ForEach(one => one.DisposeAsync().AsTask().Wait());
    }

    [SkippableFact]
    public async Task A_transaction_that_another_process_left_open_holds_up_and_spoils_nothing()
    {
        var address = await MongoServer.AddressAsync();
        await using var store = new TemporaryMongoStore(address);
        await store.Deliveries.ApplyAsync([Some.Delivered("m0")], default);
        using var other = new MongoClient(address);
        using var session = await other.StartSessionAsync();
        session.StartTransaction();
        await other.GetDatabase(store.Name).GetCollection<BsonDocument>("rollups")
            .UpdateManyAsync(session, FilterDefinition<BsonDocument>.Empty, new BsonDocument("$inc", new BsonDocument("d.t", 100)));

        var applying = store.Deliveries.ApplyAsync(Events, default);
        await session.AbortTransactionAsync();
        await applying;

        Assert.Equal(new Counters(4, 2, 0, 1, 1), await store.Statistics.SumAsync(new("acme"), Day, default));
    }

    [SkippableFact]
    public async Task The_indexes_are_there_before_anybody_asks()
    {
        await using var store = new TemporaryMongoStore(await MongoServer.AddressAsync());
        using var preparation = new MongoPreparation(store.Database);
        using var none = new MongoPreparation(
            Unreachable());

        await preparation.StartAsync(default);
        await none.StartAsync(default);
        await preparation.ExecuteTask!;
        await none.ExecuteTask!;

        Assert.True((await (await store.Database.Reservations.Indexes.ListAsync()).ToListAsync()).Count > 3);
    }

    [SkippableFact]
    public async Task A_database_of_a_newer_schema_is_refused()
    {
        var address = await MongoServer.AddressAsync();
        await using var store = new TemporaryMongoStore(address);
        using var client = new MongoClient(address);
        await client.GetDatabase(store.Name).GetCollection<BsonDocument>("facts").InsertOneAsync(new() { { "_id", "schema" }, { "version", 1000 } });

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => store.Deliveries.ApplyAsync(Events, default));

        Assert.Contains("newer MailStats (schema 1000)", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task A_database_of_a_newer_schema_says_how_old_a_program_may_be(int oldest, bool works)
    {
        var address = await MongoServer.AddressAsync();
        await using var store = new TemporaryMongoStore(address);
        using var client = new MongoClient(address);
        var facts = client.GetDatabase(store.Name).GetCollection<BsonDocument>("facts");
        var schema = new BsonDocument { { "_id", "schema" }, { "version", 8 }, { "oldest", oldest } };
        await facts.InsertOneAsync(schema);

        var applied = await Record.ExceptionAsync(() => store.Deliveries.ApplyAsync(Events, default));

        Assert.Equal(works ? null : typeof(InvalidOperationException), applied?.GetType());
        Assert.Contains(works ? "" : "newer MailStats (schema 8); this one knows schema 7", applied?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(schema, await facts.Find(new BsonDocument("_id", "schema")).SingleAsync());
    }

    [SkippableFact]
    public async Task A_database_from_before_it_said_so_says_how_old_a_program_may_be()
    {
        var address = await MongoServer.AddressAsync();
        await using var store = new TemporaryMongoStore(address);
        using var client = new MongoClient(address);
        var facts = client.GetDatabase(store.Name).GetCollection<BsonDocument>("facts");
        await facts.InsertOneAsync(new() { { "_id", "schema" }, { "version", 1 } });

        await store.Deliveries.ApplyAsync(Events, default);

        Assert.Equal(
            new BsonDocument { { "_id", "schema" }, { "version", 7 }, { "oldest", 7 } },
            await facts.Find(new BsonDocument("_id", "schema")).SingleAsync());
    }

    /// <summary>What waits is marked when the database is opened; attempts of before are counted by a recount.</summary>
    [SkippableFact]
    public async Task Deliveries_of_an_older_database_come_into_the_second_ledger()
    {
        var address = await MongoServer.AddressAsync();
        await using var store = new TemporaryMongoStore(address);
        await store.Deliveries.ApplyAsync([Some.Deferral("m1"), Some.Delivered("m2")], default);
        var before = await store.DumpAsync();
        await store.Database.Tallies.DeleteManyAsync(FilterDefinition<BsonDocument>.Empty);
        await store.Database.Deliveries.UpdateManyAsync(
            FilterDefinition<BsonDocument>.Empty, new BsonDocument("$unset", new BsonDocument("w", "")));
        await store.Database.Facts.UpdateOneAsync(
            new BsonDocument("_id", "schema"), new BsonDocument("$set", new BsonDocument { { "version", 2 }, { "oldest", 2 } }));

        await using var upgraded = store.Another();
        var waiting = new List<WaitingDelivery>();
        await upgraded.Attempts.ReadWaitingAsync(new("acme"), waiting.Add, default);
        var mended = await upgraded.Verification.VerifyAsync(repair: true, default);

        Assert.Single(waiting);
        Assert.Equal((2, 2, true), (mended.Deliveries, mended.Differences, mended.Repaired));
        Assert.Equal(before, await upgraded.DumpAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_unavailable_store()
    {
        using var database = Unreachable();
        var health = new MongoHealthCheck(database, TimeProvider.System);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => new MongoStatisticsStore(database).SumAsync(new("acme"), Day, default));
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new(), default)).Status);
    }

    [Theory]
    [InlineData("mongodb://mongodb:27017/?replicaSet=rs0", true)]
    [InlineData("mongodb://user:p%40ss@a:27017,b:27017/?replicaSet=rs0&authSource=admin&tls=true", true)]
    [InlineData("mongodb:27017", false)]
    [InlineData("mongodb://a:notaport/", false)]
    [InlineData("mongodb://user:p@ss@a/", false)]
    public void A_connection_string_is_checked_at_the_start(string text, bool isOne) =>
        Assert.Equal(isOne, MongoStores.MistakeIn(new() { ConnectionString = text }) is null);

    private static Task<ReservationOutcome> ReserveAsync(OpenedStores store, int number) =>
        store.Quotas.ReserveAsync(
            new() { TenantId = "acme", Key = $"{number}", Recipients = 1, Domain = "example.org", Mailbox = "shop@example.org" }, default);

    private static MongoDatabase Unreachable() => new(
        Options.Create(new StorageOptions { ConnectionString = Nobody }),
        [],
        new(TimeProvider.System, NullLogger<UnreadableRows>.Instance),
        TimeProvider.System);
}
