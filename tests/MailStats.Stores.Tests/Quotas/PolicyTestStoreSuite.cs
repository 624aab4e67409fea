using MailStats.Stores.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Quotas;

/// <summary>What every store promises about self-tests of the policy.</summary>
public abstract class PolicyTestStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly PolicyTest Test = new("00112233aabbccdd", "acme", "news@shop.example", "test@shop.example", Start, null, null, null);

    private readonly FakeTimeProvider _time = new(Start);

    private static Task<OpenedStores> OpenAsync(TimeProvider time) => TStores.OpenAsync(time: time);

    [SkippableFact]
    public async Task A_test_is_found_by_its_tenant_only()
    {
        await using var store = await OpenAsync(_time);
        await using var other = store.Another();
        await store.PolicyTests.StartAsync(Test, default);

        Assert.Equal(Test, await other.PolicyTests.FindAsync("acme", Test.Id, default));
        Assert.Null(await other.PolicyTests.FindAsync("zeta", Test.Id, default));
        Assert.Null(await other.PolicyTests.FindAsync("acme", "ffffffffffffffff", default));
    }

    [SkippableFact]
    public async Task The_first_question_of_each_kind_counts_whichever_replica_it_is_put_to()
    {
        await using var store = await OpenAsync(_time);
        await using var other = store.Another();
        await store.PolicyTests.StartAsync(Test, default);

        _time.SetUtcNow(Start.AddSeconds(1));
        await store.PolicyTests.ObserveAsync(Test.Id, binding: false, null, default);
        _time.SetUtcNow(Start.AddSeconds(2));
        await other.PolicyTests.ObserveAsync(Test.Id, binding: true, "4F9D", default);
        _time.SetUtcNow(Start.AddSeconds(3));
        await store.PolicyTests.ObserveAsync(Test.Id, binding: false, "77AA", default);
        await store.PolicyTests.ObserveAsync(Test.Id, binding: true, null, default);
        await store.PolicyTests.ObserveAsync("ffffffffffffffff", binding: true, null, default);

        Assert.Equal(
            Test with { AdvisedAt = Start.AddSeconds(1), AskedAt = Start.AddSeconds(2), QueueId = "4F9D" },
            await store.PolicyTests.FindAsync("acme", Test.Id, default));
    }
}
