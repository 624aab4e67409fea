using MailStats.Mail.Quotas;

namespace MailStats.Stores.Tests.Quotas;

public sealed class SqliteQuotaStoreTests : QuotaStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time, QuotaOptions options) => Task.FromResult<IStores>(new TemporaryStore(time: time, quotas: options));

    [Fact]
    public async Task That_a_notice_was_given_is_forgotten_after_three_months()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        await using var store = new TemporaryStore(time: time);
        await store.Quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 1), default);
        await store.Quotas.ReserveAsync(new() { TenantId = "acme", Key = "1", Recipients = 1 }, default);
        Assert.Equal(3, Remembered(store));

        time.Now += TimeSpan.FromDays(91);
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(4, Remembered(store)); // the period's end was told

        time.Now += TimeSpan.FromDays(2);
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(1, Remembered(store));
    }

    private static long Remembered(TemporaryStore store) => store.Files.Statistics.Read(session =>
    {
        var statement = session.Prepare("SELECT COUNT(*) FROM quota_notices");
        statement.Step();
        var count = statement.Long(0);
        statement.Reset();

        return count;
    });
}

public sealed class SqlitePolicyTestStoreTests : PolicyTestStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => Task.FromResult<IStores>(new TemporaryStore(time: time));
}
