namespace MailStats.Storage.Tests.MongoDb;

public sealed class MongoDeliveryStoreTests : DeliveryStoreSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new MongoStores(options, MongoServer.ConnectionString()));
}

public sealed class MongoForgettingTests : ForgettingSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new MongoStores(options, MongoServer.ConnectionString()));
}

public sealed class MongoStoreProperties : StoreProperties
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new MongoStores(options, MongoServer.ConnectionString()));
}

public sealed class MongoKeptTests : KeptSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new MongoStores(options, MongoServer.ConnectionString()));
}
