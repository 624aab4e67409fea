using MailStats.Storage.Quotas;

namespace MailStats.Storage.Tests.Quotas;

public sealed class SqliteQuotaStoreTests : QuotaStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time, QuotaOptions options) => Task.FromResult<IStores>(new TemporaryStore(time: time, quotas: options));
}

public sealed class SqlitePolicyTestStoreTests : PolicyTestStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => Task.FromResult<IStores>(new TemporaryStore(time: time));
}
