using MailStats.Ingest.Events;
using MailStats.Ingest.Webhooks;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;
using Microsoft.Extensions.Options;

namespace MailStats.Ingest;

/// <summary>
/// Takes events in: serves <c>POST /v1/events</c>, providers' webhooks (<c>POST /v1/webhooks/{provider}/{source}</c>) and
/// <c>/v1/admin/webhook-sources</c>; publishes <c>DeliveriesReported</c>; consumes nothing.
/// Answers 202 only when the events are durable.
/// </summary>
public sealed class IngestModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.Services.AddOpenApi("v1");
        builder.Services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IngestMetrics>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<Intake>();
        builder.AddBatchIntake(services =>
        {
            var options = services.GetRequiredService<IOptions<IngestOptions>>().Value;

            return new IntakeLimits(options.MaxBatches, options.MaxWait, options.JournalAfter);
        });

        builder.Services.AddHttpClient<SnsEnvelope>(client => client.Timeout = TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton<IWebhookProvider, AmazonSes>();
        builder.Services.AddSingleton<IWebhookProvider, SendGrid>();
        builder.Services.AddSingleton<IWebhookProvider, Mailgun>();
        builder.Services.AddSingleton<IWebhookProvider, Postmark>();
        builder.Services.AddSingleton<IWebhookProvider, SparkPost>();
        builder.Services.AddSingleton<IWebhookProvider, KumoMta>();
        builder.Services.AddSingleton<IWebhookProvider, Postal>();
        builder.Services.AddSingleton<IWebhookProvider, Stalwart>();
        builder.Services.AddSingleton<WebhookProviders>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PostEvents.Map(routes);
        PostWebhook.Map(routes);
        AdministerWebhookSources.Map(routes);
    }
}
