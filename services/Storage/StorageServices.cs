using MailStats.Storage.Collections;
using MailStats.Storage.Notifications;
using MailStats.Storage.Administration;
using MailStats.Storage.Quotas;
using MailStats.Storage.Replies;
using MailStats.Storage.Sqlite;
using MailStats.Storage.Sqlite.Collections;
using MailStats.Storage.Sqlite.Webhooks;
using MailStats.Storage.Webhooks;
using MailStats.Storage.Sqlite.Notifications;
#if MONGODB
using MailStats.Storage.MongoDb;
#endif
using MailStats.Storage.Sqlite.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.Storage;

/// <summary>Registers the stores that <see cref="StorageOptions"/> chooses. May be called by several modules of one process.</summary>
public static class StorageServices
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;

        if (services.Any(service => service.ServiceType == typeof(IDeliveryStore)))
        {
            return;
        }

        var section = builder.Configuration.GetSection(StorageOptions.Section);
        services.AddOptions<StorageOptions>()
            .Bind(section)
            .ValidateDataAnnotations()
#if MONGODB
            .Validate(
                options => options.Provider != "MongoDb" || !string.IsNullOrEmpty(options.ConnectionString),
                "Storage:Provider is MongoDb, so Storage:ConnectionString must name a replica set.")
            .Validate(
                options => options.Provider != "MongoDb" || string.IsNullOrEmpty(options.ConnectionString) || MongoServices.IsConnectionString(options.ConnectionString),
                "Storage:ConnectionString is no MongoDB connection string: mongodb://[user:password@]host[:port][,…]/?replicaSet=name")
#else
            .Validate(
                options => options.Provider != "MongoDb",
                "Storage:Provider is MongoDb, but this build has no MongoDB store. Build without -p:MongoDb=false, or choose Sqlite.")
#endif
            .Validate(
                options => options.RollupsKeptMonths * 28 >= options.DeliveriesKeptDays,
                "Storage:RollupsKeptMonths must not be shorter than Storage:DeliveriesKeptDays: deliveries count in rollups.")
            .ValidateOnStart();

        services.AddOptions<QuotaOptions>().BindConfiguration(QuotaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BatchesUnderWay>();
#if MONGODB
        if (section[nameof(StorageOptions.Provider)] == "MongoDb")
        {
            services.AddMongoDb();
            return;
        }
#endif
        AddSqlite(services);
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage", tags: ["ready"]);
    }

    private static void AddSqlite(IServiceCollection services)
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
    }

    private static SqliteDatabase Statistics(IServiceProvider provider) => provider.GetRequiredService<SqliteFiles>().Statistics;
}
