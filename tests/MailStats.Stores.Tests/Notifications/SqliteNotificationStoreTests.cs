namespace MailStats.Stores.Tests.Notifications;

public sealed class SqliteNotificationStoreTests : NotificationStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => Task.FromResult<IStores>(new TemporaryStore(time: time));
}
