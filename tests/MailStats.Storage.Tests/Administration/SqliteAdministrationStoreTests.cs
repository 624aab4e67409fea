using MailStats.Storage.Administration;
using MailStats.Storage.Sqlite;

namespace MailStats.Storage.Tests.Administration;

public sealed class SqliteAdministrationStoreTests : AdministrationStoreSuite, IAsyncDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly SqliteSecretStore _secrets;

    public SqliteAdministrationStoreTests() => _secrets = new SqliteSecretStore(_store.Files.Statistics);

    protected override IAuditStore Audit => new SqliteAuditStore(_store.Files.Statistics);

    protected override IUserStore Users => new SqliteUserStore(_store.Files.Statistics);

    protected override ISecretStore Secrets => _secrets;

    protected override ITenantStore Tenants => _store.Tenants;

    protected override ISecretStore OtherSecrets() => new SqliteSecretStore(_store.Files.Statistics);

    public override Task DisposeAsync() => _store.DisposeAsync().AsTask();

    async ValueTask IAsyncDisposable.DisposeAsync() => await _store.DisposeAsync();
}
