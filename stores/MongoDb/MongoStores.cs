using MailStats.Stores.Administration;
using MailStats.Stores.Attempts;
using MailStats.Stores.Brake;
using MailStats.Stores.Collections;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb.Administration;
using MailStats.Stores.MongoDb.Attempts;
using MailStats.Stores.MongoDb.Brake;
using MailStats.Stores.MongoDb.Collections;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Incidents;
using MailStats.Stores.MongoDb.Lists;
using MailStats.Stores.MongoDb.Notifications;
using MailStats.Stores.MongoDb.Quotas;
using MailStats.Stores.MongoDb.Replies;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.MongoDb.Suppression;
using MailStats.Stores.MongoDb.Upkeep;
using MailStats.Stores.MongoDb.Webhooks;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MailStats.Stores.Replies;
using MailStats.Stores.Statistics;
using MailStats.Stores.Suppression;
using MailStats.Stores.Upkeep;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb;

/// <summary>Every store in a MongoDB replica set.</summary>
public sealed class MongoStores : IStoreProvider
{
    public static string Name => "MongoDb";

    public static string? MistakeIn(StorageOptions options) =>
        string.IsNullOrEmpty(options.ConnectionString) ? "Storage:Provider is MongoDb, so Storage:ConnectionString must name a replica set."
        : !IsConnectionString(options.ConnectionString)
            ? "Storage:ConnectionString is not a MongoDB connection string: "
                + "mongodb://[user:password@]host[:port][,…]/?replicaSet=name"
        : null;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<UnreadableRows>();
        services.AddSingleton<IMongoMove, MongoRollupMove>();
        services.AddSingleton<IMongoMove, MongoDeliveryMove>();
        services.AddSingleton<MongoDatabase>();
        services.AddSingleton<MongoPrivacy>();
        services.AddHostedService<MongoPreparation>();
        services.AddSingleton<MongoClassifications>();
        services.AddSingleton<MongoTexts>();
        services.AddSingleton<MongoWriter>();
        services.AddSingleton<MongoRollupFolding>();
        services.AddHostedService<MongoRollupUpkeep>();
        services.AddSingleton<MongoSearch>();
        services.AddSingleton<MongoSearchIndexer>();
        services.AddSingleton<MongoSearchVerification>();
        services.AddHostedService<MongoSearchUpkeep>();
        services.AddSingleton<MongoQuotaTransactions>();
        services.AddSingleton<MongoSuppressionChanges>();
        services.AddSingleton<IBrakeStore, MongoBrakeStore>();
        services.AddSingleton<ISuppressionStore, MongoSuppressionStore>();
        services.AddSingleton<IQuotaStore, MongoQuotaStore>();
        services.AddSingleton<IPolicyTestStore, MongoPolicyTestStore>();
        services.AddSingleton<IDeliveryStore, MongoDeliveryStore>();
        services.AddSingleton<IReportedDeliveryStore, MongoReportedDeliveryStore>();
        services.AddSingleton<ITrailStore, MongoTrailStore>();
        services.AddSingleton<IAttemptStore, MongoAttemptStore>();
        services.AddSingleton<IStatisticsStore, MongoStatisticsStore>();
        services.AddSingleton<IDeliveryLog, MongoDeliveryLog>();
        services.AddSingleton<IErasureStore, MongoErasureStore>();
        services.AddSingleton<IRetentionStore, MongoRetentionStore>();
        services.AddSingleton<IVerificationStore, MongoVerificationStore>();
        services.AddSingleton<IOutbox, MongoOutbox>();
        services.AddSingleton<ITenantStore, MongoTenantStore>();
        services.AddSingleton<IApiKeyStore, MongoApiKeyStore>();
        services.AddSingleton<IIntakeJournal, MongoIntakeJournal>();
        services.AddSingleton<ILetterStore, MongoLetterStore>();
        services.AddSingleton<INotificationStore, MongoNotificationStore>();
        services.AddSingleton<IIncidentStore, MongoIncidentStore>();
        services.AddSingleton<ICollectionStore, MongoCollectionStore>();
        services.AddSingleton<IAuditStore, MongoAuditStore>();
        services.AddSingleton<IUserStore, MongoUserStore>();
        services.AddSingleton<ISecretStore, MongoSecretStore>();
        services.AddSingleton<IWebhookSourceStore, MongoWebhookSourceStore>();
        services.AddSingleton<IWebhookTrafficStore, MongoWebhookTrafficStore>();
        services.AddSingleton<IWebhookTokenStore, MongoWebhookTokenStore>();
        services.AddSingleton<IReplyRuleStore, MongoReplyRuleStore>();
        services.AddSingleton<IReplyHistory, MongoReplyHistory>();
        services.AddHealthChecks().AddCheck<MongoHealthCheck>("storage", tags: ["ready"]);
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return MongoUrl.Create(text) is not null;
        }
        catch (Exception error) when (error is MongoConfigurationException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
