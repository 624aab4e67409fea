using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.MongoStandIn;
using MailStats.TestSupport;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb;

/// <summary>What processes take ahead of a limit, to let mail through without meeting at the tenant's book.</summary>
public sealed class MongoQuotaSharesTests
{
    private static readonly StatisticsScope Acme = new("acme");

    private static readonly TimeSpan PastLease = TimeSpan.FromMinutes(2);

    private int _keys;

    [Fact]
    public async Task Far_from_the_limit_two_processes_do_not_meet()
    {
        await using var server = StandIn.Start(new(), TimeProvider.System);
        await using var one = new TemporaryMongoStore(server.ConnectionString);
        await using var other = one.Another();
        await LimitAsync(one, 1_000_000);
        await ReserveAsync(one);
        await ReserveAsync(other);
        var before = server.Transactions;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 400).Select(number => Task.Run(() => ReserveAsync(number % 2 == 0 ? one : other))));

        Assert.All(outcomes, outcome => Assert.Equal(ReservationResult.Granted, outcome.Result));
        Assert.Equal((0, 0), (server.Transactions.Aborted - before.Aborted, server.Conflicts.Values.Sum()));
        Assert.Equal(402, await ReservedAsync(one));
        Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));
    }

    [Fact]
    public async Task The_next_share_is_taken_while_another_process_is_letting_mail_through()
    {
        await using var server = StandIn.Start(new(), TimeProvider.System);
        await using var one = new TemporaryMongoStore(server.ConnectionString);
        await using var other = one.Another();
        await LimitAsync(one, 1_000_000);
        await ReserveAsync(other);
        var others = (await SharesAsync(one)).Single()["_id"];
        await ReserveAsync(one, 999);
        await ReserveAsync(other);
        await ReserveAsync(one, 999);

        var before = server.Transactions.Aborted;
        await one.Database.TransactAsync(
            async (session, token) =>
            {
                await one.Database.QuotaShares.UpdateOneAsync(
                    session, new BsonDocument("_id", others), new BsonDocument("$inc", new BsonDocument { { "left", -7L }, { "spent", 7L } }),
                    cancellationToken: token);
                await ReserveAsync(one, 999);

                return await ReserveAsync(one, 999);
            },
            default);

        Assert.Equal((before, 0), (server.Transactions.Aborted, server.Conflicts.Values.Sum()));
        Assert.Equal(2 + (4 * 999) + 7, await ReservedAsync(other));
    }

    [Fact]
    public async Task Of_two_that_take_a_share_at_once_the_second_begins_anew()
    {
        await using var server = StandIn.Start(new(), TimeProvider.System);
        await using var store = new TemporaryMongoStore(server.ConnectionString);
        await LimitAsync(store, 1_000_000);
        await ReserveAsync(store, 999);
        await ReserveAsync(store, 999);
        var next = Task.FromResult<ReservationOutcome>(null!);

        await store.Database.TransactAsync(
            async (session, token) =>
            {
                await store.Database.QuotaBooks.UpdateOneAsync(
                    session, new BsonDocument("_id", "acme"), new BsonDocument("$inc", new BsonDocument("version", 1L)), cancellationToken: token);
                next = ReserveAsync(store, 999);
                await Eventually.HoldsAsync(() => Task.FromResult(server.Conflicts.Values.Sum() > 0), "the two met at the book");

                return true;
            },
            default);

        Assert.Equal(ReservationResult.Granted, (await next).Result);
        Assert.Equal(3 * 999, await ReservedAsync(store));
    }

    [SkippableFact]
    public async Task At_the_end_a_limit_is_exact_to_the_recipient_and_told_of_once()
    {
        await using var one = await OpenAsync();
        await using var second = one.Another();
        await using var third = one.Another();
        OpenedStores[] all = [one, second, third];
        await LimitAsync(one, 1_000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(session => Task.Run(async () =>
        {
            var granted = 0;

            for (var number = 0; number < 60; number++)
            {
                granted += (await ReserveAsync(all[session % 3])).Result == ReservationResult.Granted ? 1 : 0;
            }

            return granted;
        })));

        Assert.Equal((1_000, 1_000L), (outcomes.Sum(), await ReservedAsync(second)));
        Assert.Equal(3, (await third.Outbox.ReadPendingAsync(10, default)).Count);
        Assert.Empty(await one.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task What_a_dead_process_had_taken_ahead_comes_back_to_whoever_needs_it()
    {
        await using var dead = await OpenAsync();
        await using var other = dead.Another();
        await LimitAsync(dead, 1_600);
        await ReserveAsync(dead);
        Assert.Equal(99, (await SharesAsync(dead)).Single()["left"].ToInt64());

        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(other, 1_600)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(other, 1_599)).Result);

        // It was not dead after all.
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(dead)).Result);
        Assert.Equal(1_600, await ReservedAsync(other));
        Assert.Empty(await SharesAsync(dead));
    }

    [SkippableFact]
    public async Task What_was_let_through_from_a_share_counts_everywhere_and_is_counted_in_by_the_clock()
    {
        var time = new FakeTimeProvider(new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero));
        await using var store = await OpenAsync(time);
        await using var other = store.Another();
        await LimitAsync(store, 100_000);
        await ReserveAsync(store);
        await ReserveAsync(store, 5);
        await ReserveAsync(store, 7);

        Assert.Equal(12, (await SharesAsync(store)).Single()["spent"].ToInt64());
        Assert.Equal(13, await ReservedAsync(other));
        Assert.Equal(13, Assert.Single(await other.Quotas.LimitsAsync("acme", 0, 10, default)).Reserved);
        Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));

        time.Advance(PastLease);
        await other.Quotas.AdvanceAsync(default);

        Assert.Empty(await SharesAsync(store));
        Assert.Equal(13, (await store.Database.QuotaCounters.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync())["reserved"].ToInt64());
        Assert.Equal(13, await ReservedAsync(other));
    }

    [SkippableFact]
    public async Task A_lowered_limit_holds_for_what_was_taken_ahead()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        await LimitAsync(store, 100_000);
        await ReserveAsync(store);

        await LimitAsync(other, 5);

        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, 5)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, 4)).Result);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(other)).Result);
    }

    [SkippableFact]
    public async Task A_limit_of_a_domain_holds_for_what_was_taken_ahead_of_the_tenants()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        await LimitAsync(store, 100_000);
        await ReserveAsync(store);
        await ReserveAsync(store);

        await other.Quotas.SaveLimitAsync(new(new("acme", "example.org"), QuotaWindow.Day, 4), default);

        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, 3)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, 2)).Result);
        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task A_new_month_and_another_calendar_begin_with_nothing()
    {
        var time = new FakeTimeProvider(new(2026, 10, 31, 23, 59, 50, TimeSpan.Zero));
        await using var store = await OpenAsync(time);
        await using var other = store.Another();
        await LimitAsync(store, 100_000);
        await ReserveAsync(store);
        await ReserveAsync(store, 2);

        time.Advance(TimeSpan.FromSeconds(20));
        await ReserveAsync(store, 4);
        await ReserveAsync(store, 8);
        Assert.Equal(12, await ReservedAsync(other));

        // From the tenth on: all of it is of one month.
        await other.Quotas.SaveSettingsAsync(new() { TenantId = "acme", AnchorDay = 10 }, default);
        Assert.Equal(15, await ReservedAsync(other));
        await ReserveAsync(store, 16);
        Assert.Equal(31, await ReservedAsync(other));
        Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));

        time.Advance(PastLease);
        await other.Quotas.AdvanceAsync(default);
        Assert.Equal(31, await ReservedAsync(store));
        Assert.Empty(await SharesAsync(store));
        Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));
    }

    /// <summary>Whatever two processes do in turn, each reservation is answered as by one that knows everything.</summary>
    [SkippableFact]
    public async Task Shares_change_no_answer()
    {
        await (await OpenAsync()).DisposeAsync();
        var step = from act in Gen.Elements("reserve", "reserve", "reserve", "reserve", "release", "limit", "clock")
                   from process in Gen.Choose(0, 1)
                   from size in Gen.Choose(1, 60)
                   select (act, process, size);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(
            step.ListOf().Where(list => list.Count > 3).ToArbitrary(), steps => RunAsync([.. steps]).GetAwaiter().GetResult()));

        async Task RunAsync((string Act, int Process, int Size)[] steps)
        {
            var time = new FakeTimeProvider(new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero));
            await using var store = await OpenAsync(time);
            await using var other = store.Another();
            var (limit, open) = (2_000L, new Dictionary<string, int>(StringComparer.Ordinal));
            await LimitAsync(store, limit);

            foreach (var (act, process, size) in steps)
            {
                var one = process == 0 ? store : other;

                switch (act)
                {
                    case "reserve":
                        var key = $"k{_keys++}";
                        var recipients = size * size;
                        var granted = (await ReserveAsync(one, recipients, key)).Result == ReservationResult.Granted;
                        Assert.Equal(open.Values.Sum() + recipients <= limit, granted);
                        _ = granted && open.TryAdd(key, recipients);
                        break;
                    case "release" when open.Count > 0:
                        var first = open.First().Key;
                        Assert.True(await one.Quotas.ReleaseAsync("acme", first, default));
                        open.Remove(first);
                        break;
                    case "limit":
                        await LimitAsync(one, limit = size * 100L);
                        break;
                    case "clock":
                        time.Advance(TimeSpan.FromSeconds(size));
                        await one.Quotas.AdvanceAsync(default);
                        break;
                }

                Assert.Equal(open.Values.Sum(), await ReservedAsync(process == 0 ? other : store));
            }

            Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
        }
    }

    private static async Task<TemporaryMongoStore> OpenAsync(TimeProvider? time = null) => new(await MongoServer.AddressAsync(), time: time);

    private static Task LimitAsync(OpenedStores store, long recipients) =>
        store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, recipients), default);

    private static async Task<long> ReservedAsync(OpenedStores store) => (await store.Quotas.StandingsAsync(Acme, default))[0].Reserved;

    private static Task<List<BsonDocument>> SharesAsync(TemporaryMongoStore store) =>
        store.Database.QuotaShares.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync();

    private Task<ReservationOutcome> ReserveAsync(OpenedStores store, int recipients = 1, string? key = null) => store.Quotas.ReserveAsync(
        new()
        {
            TenantId = "acme", Key = key ?? $"k{Interlocked.Increment(ref _keys)}", Recipients = recipients, Domain = "example.org",
            Mailbox = "shop@example.org",
        },
        default);
}
