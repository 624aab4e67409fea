using MailStats.Mail.Quotas;
using MailStats.Stores.Administration;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite.Administration;
using MailStats.Stores.Sqlite.Collections;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Lists;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Sqlite.Quotas;
using MailStats.Stores.Sqlite.Replies;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Sqlite.Upkeep;
using MailStats.Stores.Sqlite.Webhooks;
using MailStats.Stores.Statistics;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite;

/// <summary>Every store in SQLite files on this host.</summary>
public sealed class SqliteStores : IStoreProvider
{
    public static string Name => "Sqlite";

    public static string? MistakeIn(StorageOptions options) => null;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<SqliteFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<SqliteFiles>());
        services.AddSingleton<IDeliveryStore>(provider => new SqliteDeliveryStore(Statistics(provider), provider.GetRequiredService<SqlitePrivacy>(), provider.GetServices<ISqliteApplyParticipant>()));
        services.AddSingleton<ISqliteApplyParticipant, SqliteQuotaParticipant>();
        services.AddSingleton<IQuotaStore>(provider => new SqliteQuotaStore(
            Statistics(provider), provider.GetRequiredService<IOptions<QuotaOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPolicyTestStore>(provider => new SqlitePolicyTestStore(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<INotificationStore>(provider => new SqliteNotificationStore(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SqlitePrivacy(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton<IErasureStore>(provider =>
            new SqliteErasureStore(Statistics(provider), provider.GetRequiredService<SqlitePrivacy>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRetentionStore>(provider => new SqliteRetentionStore(Statistics(provider)));
        services.AddSingleton<IVerificationStore>(provider => new SqliteVerificationStore(Statistics(provider)));
        services.AddSingleton<IStatisticsStore>(provider => new SqliteStatisticsStore(Statistics(provider)));
        services.AddSingleton<IDeliveryLog>(provider => new SqliteDeliveryLog(Statistics(provider), provider.GetRequiredService<SqlitePrivacy>()));
        services.AddSingleton<IOutbox>(provider => new SqliteOutbox(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITenantStore>(provider => new SqliteTenantStore(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IApiKeyStore>(provider => new SqliteApiKeyStore(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IWebhookSourceStore>(provider => new SqliteWebhookSourceStore(Statistics(provider)));
        services.AddSingleton<ICollectionStore>(provider => new SqliteCollectionStore(Statistics(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAuditStore>(provider => new SqliteAuditStore(Statistics(provider)));
        services.AddSingleton<IUserStore>(provider => new SqliteUserStore(Statistics(provider)));
        services.AddSingleton<ISecretStore>(provider => new SqliteSecretStore(Statistics(provider)));
        services.AddSingleton<IReplyRuleStore>(provider => new SqliteReplyRuleStore(Statistics(provider)));
        services.AddSingleton<IReplyHistory>(provider => new SqliteReplyHistory(Statistics(provider)));
        services.AddSingleton<IIntakeJournal>(provider => new SqliteIntakeJournal(provider.GetRequiredService<SqliteFiles>().Intake));
        services.AddHealthChecks().AddCheck<SqliteHealthCheck>("storage", tags: ["ready"]);
    }

    private static SqliteDatabase Statistics(IServiceProvider provider) => provider.GetRequiredService<SqliteFiles>().Statistics;
}
