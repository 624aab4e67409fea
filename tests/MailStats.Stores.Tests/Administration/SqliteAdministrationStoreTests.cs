namespace MailStats.Stores.Tests.Administration;

public sealed class SqliteAdministrationStoreTests : AdministrationStoreSuite
{
    protected override Task<IStores> OpenAsync() => Task.FromResult<IStores>(new TemporaryStore());
}
