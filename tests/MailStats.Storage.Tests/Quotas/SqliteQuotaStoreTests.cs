using MailStats.Storage.Quotas;

namespace MailStats.Storage.Tests.Quotas;

public sealed class SqliteQuotaStoreTests : QuotaStoreSuite
{
    internal override QuotaStores Open(TimeProvider time, QuotaOptions options, string? folder = null)
    {
        var store = new TemporaryStore(null, folder, time, options);

        return new(store.Quotas, store.Deliveries, store.Tenants, store.Outbox, store.Folder, () => SpoilAsync(store), store);
    }

    private static Task<bool> SpoilAsync(TemporaryStore store) => store.Files.Statistics.WriteAsync(
        session =>
        {
            session.Execute("UPDATE quota_counters SET used = used + 1");

            return true;
        },
        default);
}
