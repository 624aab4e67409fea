using MailStats.Storage.Administration;
using MailStats.Storage.Collections;
using MailStats.Storage.MongoDb.Administration;
using MailStats.Storage.MongoDb.Collections;
using MailStats.Storage.MongoDb.Notifications;
using MailStats.Storage.MongoDb.Quotas;
using MailStats.Storage.MongoDb.Replies;
using MailStats.Storage.MongoDb.Webhooks;
using MailStats.Storage.Notifications;
using MailStats.Storage.Quotas;
using MailStats.Storage.Replies;
using MailStats.Storage.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace MailStats.Storage.MongoDb;

/// <summary>Registers the MongoDB store.</summary>
internal static class MongoServices
{
    public static void AddMongoDb(this IServiceCollection services)
    {
        services.AddSingleton(provider => new MongoDatabase(Options(provider)));
        services.AddSingleton(provider => new MongoPrivacy(Options(provider), provider.GetRequiredService<MongoDatabase>()));
        services.AddHostedService<MongoPreparation>();
        services.AddSingleton<MongoClassifications>();
        services.AddSingleton<MongoQuotaTransactions>();
        services.AddSingleton<IQuotaStore, MongoQuotaStore>();
        services.AddSingleton<IPolicyTestStore, MongoPolicyTestStore>();
        services.AddSingleton<IDeliveryStore, MongoDeliveryStore>();
        services.AddSingleton<IStatisticsStore, MongoStatisticsStore>();
        services.AddSingleton<IDeliveryLog, MongoDeliveryLog>();
        services.AddSingleton<IErasureStore, MongoErasureStore>();
        services.AddSingleton<IRetentionStore, MongoRetentionStore>();
        services.AddSingleton<IVerificationStore, MongoVerificationStore>();
        services.AddSingleton<IOutbox, MongoOutbox>();
        services.AddSingleton<ITenantStore, MongoTenantStore>();
        services.AddSingleton<IApiKeyStore, MongoApiKeyStore>();
        services.AddSingleton<IIntakeJournal, MongoIntakeJournal>();
        services.AddSingleton<INotificationStore, MongoNotificationStore>();
        services.AddSingleton<ICollectionStore, MongoCollectionStore>();
        services.AddSingleton<IAuditStore, MongoAuditStore>();
        services.AddSingleton<IUserStore, MongoUserStore>();
        services.AddSingleton<ISecretStore, MongoSecretStore>();
        services.AddSingleton<IWebhookSourceStore, MongoWebhookSourceStore>();
        services.AddSingleton<IReplyRuleStore, MongoReplyRuleStore>();
        services.AddSingleton<IReplyHistory, MongoReplyHistory>();
        services.AddHealthChecks().AddCheck<MongoHealthCheck>("storage", tags: ["ready"]);
    }

    public static bool IsConnectionString(string text)
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

    private static StorageOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<StorageOptions>>().Value;
}

/// <summary>
/// Makes indexes and checks the schema when the process starts, not at the first call: that may be a mail server's, which
/// waits for two seconds. A database that is too new for this program ends the process, with the reason.
/// </summary>
internal sealed class MongoPreparation(MongoDatabase database) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.UseAsync(() => Task.FromResult(true), stoppingToken);
        }
        catch (StorageUnavailableException)
        {
            // Not there yet: readiness says so, and whoever reaches it first prepares it.
        }
    }
}

/// <summary>Ready means that a majority takes a small change now.</summary>
internal sealed class MongoHealthCheck(MongoDatabase database, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync(time.GetUtcNow(), cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException error)
        {
            return HealthCheckResult.Unhealthy(error.Message, error);
        }
    }
}
