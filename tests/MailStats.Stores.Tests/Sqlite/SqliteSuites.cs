namespace MailStats.Stores.Tests.Sqlite;

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

public sealed class SqliteKeptTests : KeptSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => Task.FromResult<IStores>(new TemporaryStore(options));

    [Fact]
    public async Task No_key_stands_in_the_files()
    {
        await using var store = new TemporaryStore();
        var made = await store.Keys.CreateAsync("acme", "ci", ["read"], null, default);
        await store.Keys.FindAsync(made.Key, default);

        foreach (var file in Directory.EnumerateFiles(store.Folder))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(made.Key[3..], await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }
}
