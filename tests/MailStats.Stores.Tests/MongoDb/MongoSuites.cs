using MailStats.Mail.Quotas;
using MailStats.Stores.Tests.Administration;
using MailStats.Stores.Tests.Collections;
using MailStats.Stores.Tests.Deliveries;
using MailStats.Stores.Tests.Notifications;
using MailStats.Stores.Tests.Quotas;
using MailStats.Stores.Tests.Replies;
using MailStats.Stores.Tests.Upkeep;
using MailStats.Stores.Tests.Webhooks;

namespace MailStats.Stores.Tests.MongoDb;

public sealed class MongoDeliveryStoreTests : DeliveryStoreSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => MongoServer.OpenAsync(options);
}

public sealed class MongoForgettingTests : ForgettingSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => MongoServer.OpenAsync(options);
}

public sealed class MongoStoreProperties : StoreProperties
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => MongoServer.OpenAsync(options);
}

public sealed class MongoKeptTests : KeptSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => MongoServer.OpenAsync(options);
}

public sealed class MongoAdministrationStoreTests : AdministrationStoreSuite
{
    protected override Task<IStores> OpenAsync() => MongoServer.OpenAsync();
}

public sealed class MongoCollectionStoreTests : CollectionStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => MongoServer.OpenAsync(time: time);
}

public sealed class MongoNotificationStoreTests : NotificationStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => MongoServer.OpenAsync(time: time);
}

public sealed class MongoQuotaStoreTests : QuotaStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time, QuotaOptions options) => MongoServer.OpenAsync(time: time, quotas: options);
}

public sealed class MongoPolicyTestStoreTests : PolicyTestStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => MongoServer.OpenAsync(time: time);
}

public sealed class MongoReplyStoreTests : ReplyStoreSuite
{
    protected override Task<IStores> OpenAsync() => MongoServer.OpenAsync();
}

public sealed class MongoWebhookSourceStoreTests : WebhookSourceStoreSuite
{
    protected override Task<IStores> OpenAsync() => MongoServer.OpenAsync();
}
