namespace MailStats.Stores.Tests.Collections;

public sealed class SqliteCollectionStoreTests : CollectionStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => Task.FromResult<IStores>(new TemporaryStore(time: time));
}
