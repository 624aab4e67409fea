namespace MailStats.Storage.Tests.Sqlite;

public sealed class SqliteDeliveryStoreTests : DeliveryStoreSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new TemporaryStore(options));
}

public sealed class SqliteForgettingTests : ForgettingSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new TemporaryStore(options));
}

public sealed class SqliteStoreProperties : StoreProperties
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new TemporaryStore(options));
}
