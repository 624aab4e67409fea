using MailStats.Stores.Administration;
using MailStats.Stores.Attempts;
using MailStats.Stores.Brake;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite.Administration;
using MailStats.Stores.Sqlite.Attempts;
using MailStats.Stores.Sqlite.Brake;
using MailStats.Stores.Sqlite.Collections;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Incidents;
using MailStats.Stores.Sqlite.Lists;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Sqlite.Quotas;
using MailStats.Stores.Sqlite.Replies;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Sqlite.Trails;
using MailStats.Stores.Sqlite.Suppression;
using MailStats.Stores.Sqlite.Upkeep;
using MailStats.Stores.Sqlite.Webhooks;
using MailStats.Stores.Statistics;
using MailStats.Stores.Suppression;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Stores.Sqlite;

/// <summary>Every store in SQLite files on this host.</summary>
public sealed class SqliteStores : IStoreProvider
{
    public static string Name => "Sqlite";

    public static string? MistakeIn(StorageOptions options) => null;

    public static void AddServices(IServiceCollection services)
    {
        // Before the process has many threads: what they have of the C library they keep.
        SqliteNative.ConfigureOnce();
        services.AddSingleton<SqliteFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<SqliteFiles>());

        // Every store is in the file of statistics but the journal, which has one of its own.
        services.AddSingleton(provider => provider.GetRequiredService<SqliteFiles>().Statistics);
        services.AddSingleton<IIntakeJournal>(provider => new SqliteIntakeJournal(
            provider.GetRequiredService<SqliteFiles>().Intake, provider.GetRequiredService<TimeProvider>()));

        services.AddSingleton<UnreadableRows>();
        services.AddSingleton<SqlitePrivacy>();
        services.AddSingleton<SqliteSearch>();
        services.AddSingleton<SqliteSearchIndexer>();
        services.AddSingleton<SqliteSearchVerification>();
        services.AddHostedService<SqliteSearchUpkeep>();
        services.AddSingleton<ISqliteApplyParticipant, SqliteQuotaParticipant>();
        services.AddSingleton<ISqliteApplyParticipant, SqliteSuppressionParticipant>();
        services.AddSingleton<IBrakeStore, SqliteBrakeStore>();
        services.AddSingleton<ISuppressionStore, SqliteSuppressionStore>();
        services.AddSingleton<IQuotaStore, SqliteQuotaStore>();
        services.AddSingleton<IPolicyTestStore, SqlitePolicyTestStore>();
        services.AddSingleton<IDeliveryStore, SqliteDeliveryStore>();
        services.AddSingleton<IReportedDeliveryStore, SqliteReportedDeliveryStore>();
        services.AddSingleton<ITrailStore, SqliteTrailStore>();
        services.AddSingleton<IAttemptStore, SqliteAttemptStore>();
        services.AddSingleton<IStatisticsStore, SqliteStatisticsStore>();
        services.AddSingleton<IDeliveryLog, SqliteDeliveryLog>();
        services.AddSingleton<IErasureStore, SqliteErasureStore>();
        services.AddSingleton<IRetentionStore, SqliteRetentionStore>();
        services.AddSingleton<IVerificationStore, SqliteVerificationStore>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<ITenantStore, SqliteTenantStore>();
        services.AddSingleton<IApiKeyStore, SqliteApiKeyStore>();
        services.AddSingleton<ILetterStore, SqliteLetterStore>();
        services.AddSingleton<INotificationStore, SqliteNotificationStore>();
        services.AddSingleton<IIncidentStore, SqliteIncidentStore>();
        services.AddSingleton<ICollectionStore, SqliteCollectionStore>();
        services.AddSingleton<IAuditStore, SqliteAuditStore>();
        services.AddSingleton<IUserStore, SqliteUserStore>();
        services.AddSingleton<ISecretStore, SqliteSecretStore>();
        services.AddSingleton<IWebhookSourceStore, SqliteWebhookSourceStore>();
        services.AddSingleton<IWebhookTrafficStore, SqliteWebhookTrafficStore>();
        services.AddSingleton<IWebhookTokenStore, SqliteWebhookTokenStore>();
        services.AddSingleton<IReplyRuleStore, SqliteReplyRuleStore>();
        services.AddSingleton<IReplyHistory, SqliteReplyHistory>();
        services.AddHealthChecks().AddCheck<SqliteHealthCheck>("storage", tags: ["ready"]);
    }
}
