using MailStats.Mail.Quotas;
using MailStats.Stores.Tests.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteQuotaStoreTests : QuotaStoreSuite<InSqlite>
{
    [Fact]
    public async Task That_a_notice_was_given_is_forgotten_after_three_months()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        await using var store = new TemporaryStore(time: time);
        await store.Quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 1), default);
        await store.Quotas.ReserveAsync(new() { TenantId = "acme", Key = "1", Recipients = 1 }, default);
        Assert.Equal(3, Remembered(store));

        time.Advance(TimeSpan.FromDays(91));
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(4, Remembered(store)); // the period's end was told

        time.Advance(TimeSpan.FromDays(2));
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
