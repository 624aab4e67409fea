using MailStats.Storage.Quotas;
using MailStats.Storage.Tests.Collections;
using MailStats.Storage.Tests.Notifications;
using MailStats.Storage.Tests.Quotas;

namespace MailStats.Storage.Tests.MongoDb;

// The same promises when transactions have to be begun anew all the time: what a change keeps across its runs shows here.

public sealed class MongoDeliveryStoreAmongConflictsTests : DeliveryStoreSuite
{
    protected override Task<IStores> OpenAsync(StorageOptions? options = null) => MongoFaults.OpenAmongConflictsAsync(options);
}

public sealed class MongoQuotaStoreAmongConflictsTests : QuotaStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time, QuotaOptions options) => MongoFaults.OpenAmongConflictsAsync(time: time, quotas: options);
}

public sealed class MongoNotificationStoreAmongConflictsTests : NotificationStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => MongoFaults.OpenAmongConflictsAsync(time: time);
}

public sealed class MongoCollectionStoreAmongConflictsTests : CollectionStoreSuite
{
    protected override Task<IStores> OpenAsync(TimeProvider time) => MongoFaults.OpenAmongConflictsAsync(time: time);
}
