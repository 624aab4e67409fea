using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Deliveries;

/// <summary>Order, repetition, batches and appliers at the same time do not matter, down to the last row.</summary>
public abstract class StoreProperties<TStores>
    where TStores : IStoresOpener
{
    private static readonly TimeRange Always = new(new(1969, 12, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly string[] Tenants = ["acme", "zeta"];

    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null) => TStores.OpenAsync(options);

    [SkippableFact]
    public Task However_events_are_told_the_store_is_the_same() => CheckAsync(25, async (events, retold) =>
    {
        await using var once = await OpenLimitedAsync();
        await once.Deliveries.ApplyAsync(events, default);
        await using var store = await OpenLimitedAsync();

        foreach (var batch in retold)
        {
            await store.Deliveries.ApplyAsync(batch, default);
        }

        Assert.Equal(await once.DumpAsync(), await store.DumpAsync());
    });

    [SkippableFact]
    public Task However_many_apply_at_once_the_store_is_the_same() => CheckAsync(25, async (events, retold) =>
    {
        await using var once = await OpenLimitedAsync();
        await once.Deliveries.ApplyAsync(events, default);
        await using var store = await OpenLimitedAsync();
        await using var other = store.Another();

        await Task.WhenAll(retold.Select((batch, index) => (index % 2 == 0 ? store : other).Deliveries.ApplyAsync(batch, default)));

        Assert.Equal(await once.DumpAsync(), await store.DumpAsync());
    });

    /// <summary>What is remembered of an earlier look never shows.</summary>
    [SkippableFact]
    public Task Who_looks_all_the_time_sees_what_one_sees_who_looks_for_the_first_time() => CheckAsync(25, async (_, retold) =>
    {
        await using var store = await OpenAsync();
        await using var looking = store.Another();

        foreach (var batch in retold)
        {
            await store.Deliveries.ApplyAsync(batch, default);
            await using var fresh = store.Another();

            foreach (var tenant in Tenants)
            {
                Assert.Equal(
                    await fresh.Statistics.DomainsAsync(tenant, Always, default), await looking.Statistics.DomainsAsync(tenant, Always, default));
                Assert.Equal(
                    await fresh.Statistics.ProvidersAsync(new(tenant), Always, default),
                    await looking.Statistics.ProvidersAsync(new(tenant), Always, default));
            }
        }
    });

    [SkippableFact]
    public Task Numbers_add_up_and_equal_a_recount() => CheckAsync(15, async (_, retold) =>
    {
        await using var store = await OpenLimitedAsync();

        foreach (var batch in retold)
        {
            await store.Deliveries.ApplyAsync(batch, default);
        }

        foreach (var tenant in Tenants)
        {
            var buckets = await store.Statistics.BucketsAsync(new(tenant), Always, default);
            Assert.All(buckets, bucket => Assert.Equal(
                bucket.Counters.Recipients,
                bucket.Counters.Delivered + bucket.Counters.SoftBounces + bucket.Counters.HardBounces + bucket.Counters.Pending));
            var sum = await store.Statistics.SumAsync(new(tenant), Always, default);
            Assert.Equal(sum, Sum(buckets.Select(bucket => bucket.Counters)));
            Assert.Equal(sum, Sum((await store.Statistics.ProvidersAsync(new(tenant), Always, default)).Select(named => named.Counters)));
            Assert.Equal(
                sum.SoftBounces + sum.HardBounces,
                (await store.Statistics.ReasonsAsync(new(tenant), Always, 1000, default)).Sum(reason => reason.Count));
            var domains = await store.Statistics.DomainsAsync(tenant, Always, default);
            Assert.Equal(sum, Sum(domains.Select(named => named.Counters)));

            foreach (var domain in domains)
            {
                Assert.Equal(
                    domain.Counters,
                    Sum((await store.Statistics.MailboxesAsync(tenant, domain.Name, Always, default)).Select(named => named.Counters)));
            }
        }

        var report = await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(report.Differences == 0, string.Join('\n', report.Examples));
        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    });

    /// <summary>With limits, so that counters of domains and days are kept as well.</summary>
    private async Task<OpenedStores> OpenLimitedAsync()
    {
        var store = await OpenAsync();
        await store.Quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 5), default);
        await store.Quotas.SaveLimitAsync(new(new("acme", "example.org"), QuotaWindow.Day, 2), default);
        await store.Quotas.SaveLimitAsync(new(new("zeta", "example.org", "shop@example.org"), QuotaWindow.Month, 1), default);

        return store;
    }

    private static Counters Sum(IEnumerable<Counters> counters) => counters.Aggregate(default(Counters), (sum, some) => sum + some);

    private async Task CheckAsync(int times, Func<ClassifiedDelivery[], ClassifiedDelivery[][], Task> property)
    {
        // A store that is not there skips the test here, not within FsCheck.
        await (await OpenAsync()).DisposeAsync();
        var told = from events in EventGen.Events from retold in EventGen.Retold(events) select (events, retold);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(times),
            Prop.ForAll(told.ToArbitrary(), pair => property(pair.events, pair.retold).GetAwaiter().GetResult()));
    }
}
