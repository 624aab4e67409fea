namespace MailStats.Stores.Tests.Webhooks;

public sealed class SqliteWebhookSourceStoreTests : WebhookSourceStoreSuite
{
    protected override Task<IStores> OpenAsync() => Task.FromResult<IStores>(new TemporaryStore());
}
