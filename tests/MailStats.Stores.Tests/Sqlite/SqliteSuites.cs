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

namespace MailStats.Stores.Tests.Sqlite;

// SqliteKeptTests and SqliteQuotaStoreTests, which add tests of their own, have a file each.

public sealed class SqliteDeliveryStoreTests : DeliveryStoreSuite<InSqlite>;

public sealed class SqliteAttemptStoreTests : AttemptStoreSuite<InSqlite>;

public sealed class SqliteStoreProperties : StoreProperties<InSqlite>;

public sealed class SqliteTrailStoreTests : TrailStoreSuite<InSqlite>;

public sealed class SqliteSearchTests : SearchSuite<InSqlite>;

public sealed class SqliteDamagedRowTests : DamagedRowSuite<InSqlite>;

public sealed class SqliteForgettingTests : ForgettingSuite<InSqlite>;

public sealed class SqliteAdministrationStoreTests : AdministrationStoreSuite<InSqlite>;

public sealed class SqliteCollectionStoreTests : CollectionStoreSuite<InSqlite>;

public sealed class SqliteNotificationStoreTests : NotificationStoreSuite<InSqlite>;

public sealed class SqlitePolicyTestStoreTests : PolicyTestStoreSuite<InSqlite>;

public sealed class SqliteIncidentStoreTests : IncidentStoreSuite<InSqlite>;

public sealed class SqliteReplyStoreTests : ReplyStoreSuite<InSqlite>;

public sealed class SqliteWebhookSourceStoreTests : WebhookSourceStoreSuite<InSqlite>;

public sealed class SqliteWebhookTokenStoreTests : WebhookTokenStoreSuite<InSqlite>;

public sealed class SqliteRecountTests : RecountSuite<InSqlite>;

public sealed class SqliteComplaintTests : ComplaintSuite<InSqlite>;

public sealed class SqliteReportedDeliveryTests : ReportedDeliverySuite<InSqlite>;

public sealed class SqliteBrakeStoreTests : BrakeStoreSuite<InSqlite>;

public sealed class SqliteReplacementTests : ReplacementSuite<InSqlite>;

public sealed class SqliteSuppressionStoreTests : SuppressionStoreSuite<InSqlite>;
public sealed class SqliteSuppressionComparisonTests : SuppressionComparisonSuite<InSqlite>;
