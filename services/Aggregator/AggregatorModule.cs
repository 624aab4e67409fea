using MailStats.Aggregator.Brake;
using MailStats.Aggregator.Deliveries;
using MailStats.Aggregator.Notices;
using MailStats.Aggregator.Quotas;
using MailStats.Aggregator.Upkeep;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;

namespace MailStats.Aggregator;

/// <summary>
/// Consumes <c>DeliveriesClassified</c>, applies it to the store, and publishes what the store's outbox holds
/// (<c>QuotaThresholdReached</c>, <c>IncidentOpened</c>, …), to subscribers outside as CloudEvents too, and <c>StatisticsChanged</c>.
/// </summary>
public sealed class AggregatorModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.Services.AddSingleton<AggregatorMetrics>();
        builder.Services.AddSingleton<StatisticsAnnouncer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StatisticsAnnouncer>());
        builder.Services.AddSingleton<BrakeWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BrakeWatch>());
        builder.Services.AddHostedService<OutboxPublisher>();
        builder.Services.AddHostedService<QuotaClock>();
        builder.Services.AddHostedService<Trimming>();
        builder.Services.AddHostedService<Folding>();
        builder.Services.AddHostedService<Recounting>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<DeliveriesClassifiedConsumer, DeliveriesClassifiedConsumerDefinition>();

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
