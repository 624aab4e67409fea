using MailStats.Stores.Tests.Administration;
using MailStats.Stores.Tests.Attempts;
using MailStats.Stores.Tests.Brake;
using MailStats.Stores.Tests.Collections;
using MailStats.Stores.Tests.Deliveries;
using MailStats.Stores.Tests.Incidents;
using MailStats.Stores.Tests.Notifications;
using MailStats.Stores.Tests.Quotas;
using MailStats.Stores.Tests.Replies;
using MailStats.Stores.Tests.Search;
using MailStats.Stores.Tests.Suppression;
using MailStats.Stores.Tests.Upkeep;
using MailStats.Stores.Tests.Webhooks;

namespace MailStats.Stores.Tests.MongoDb;

public sealed class MongoDeliveryStoreTests : DeliveryStoreSuite<InMongoDb>;

public sealed class MongoAttemptStoreTests : AttemptStoreSuite<InMongoDb>;

public sealed class MongoStoreProperties : StoreProperties<InMongoDb>;

public sealed class MongoTrailStoreTests : TrailStoreSuite<InMongoDb>;

public sealed class MongoSearchTests : SearchSuite<InMongoDb>;

public sealed class MongoDamagedRowTests : DamagedRowSuite<InMongoDb>;

public sealed class MongoForgettingTests : ForgettingSuite<InMongoDb>;

public sealed class MongoKeptTests : KeptSuite<InMongoDb>;

public sealed class MongoAdministrationStoreTests : AdministrationStoreSuite<InMongoDb>;

public sealed class MongoCollectionStoreTests : CollectionStoreSuite<InMongoDb>;

public sealed class MongoNotificationStoreTests : NotificationStoreSuite<InMongoDb>;

public sealed class MongoQuotaStoreTests : QuotaStoreSuite<InMongoDb>;

public sealed class MongoPolicyTestStoreTests : PolicyTestStoreSuite<InMongoDb>;

public sealed class MongoIncidentStoreTests : IncidentStoreSuite<InMongoDb>;

public sealed class MongoReplyStoreTests : ReplyStoreSuite<InMongoDb>;

public sealed class MongoWebhookSourceStoreTests : WebhookSourceStoreSuite<InMongoDb>;

public sealed class MongoWebhookTokenStoreTests : WebhookTokenStoreSuite<InMongoDb>;

public sealed class MongoRecountTests : RecountSuite<InMongoDb>;

public sealed class MongoComplaintTests : ComplaintSuite<InMongoDb>;

public sealed class MongoReportedDeliveryTests : ReportedDeliverySuite<InMongoDb>;

public sealed class MongoBrakeStoreTests : BrakeStoreSuite<InMongoDb>;

public sealed class MongoReplacementTests : ReplacementSuite<InMongoDb>;

public sealed class MongoSuppressionStoreTests : SuppressionStoreSuite<InMongoDb>;
public sealed class MongoSuppressionComparisonTests : SuppressionComparisonSuite<InMongoDb>;

// The same promises when transactions have to be begun anew all the time: what a change keeps across its runs shows here.

public sealed class MongoDeliveryStoreAmongConflictsTests : DeliveryStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoComplaintAmongConflictsTests : ComplaintSuite<InMongoDbAmongConflicts>;
public sealed class MongoAttemptStoreAmongConflictsTests : AttemptStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoQuotaStoreAmongConflictsTests : QuotaStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoNotificationStoreAmongConflictsTests : NotificationStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoCollectionStoreAmongConflictsTests : CollectionStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoSuppressionStoreAmongConflictsTests : SuppressionStoreSuite<InMongoDbAmongConflicts>;

public sealed class MongoReplacementAmongConflictsTests : ReplacementSuite<InMongoDbAmongConflicts>;
