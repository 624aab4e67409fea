using MailStats.Mail.Quotas;
using MailStats.Stores.Tests.Collections;
using MailStats.Stores.Tests.Deliveries;
using MailStats.Stores.Tests.Notifications;
using MailStats.Stores.Tests.Quotas;

namespace MailStats.Stores.Tests.MongoDb;

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
