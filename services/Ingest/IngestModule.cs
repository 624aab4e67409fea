using MailStats.Ingest.Events;
using MailStats.Ingest.Lmtp;
using MailStats.Ingest.Reports;
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
/// <c>/v1/admin/webhook-sources</c>, and LMTP for mail that comes back where a setting says so; publishes <c>DeliveriesReported</c>; consumes nothing.
/// Answers 202 only when the events are durable.
/// </summary>
public sealed class IngestModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.Services.AddOpenApi("v1", options => options.AddSchemaTransformer(ApiSets.DescribeAsync));
        builder.AddSettings<IngestOptions>(IngestOptions.Section);
        builder.Services.AddSingleton<IngestMetrics>();
        builder.Services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsCheck>();
        builder.Services.AddSingleton<BodyRoom>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<Intake>();
        builder.AddBatchIntake(services =>
        {
            var options = services.GetRequiredService<IOptions<IngestOptions>>().Value;

            return new IntakeLimits(options.MaxBatches, options.MaxWait, options.JournalAfter);
        });

        SnsEnvelope.AddClient(builder.Services);
        TestWebhookSource.AddClient(builder.Services);
        builder.Services.AddSingleton<SnsEnvelope>();
        builder.Services.AddSingleton<IWebhookProvider, AmazonSes>();
        builder.Services.AddSingleton<IWebhookProvider, SendGrid>();
        builder.Services.AddSingleton<IWebhookProvider, Mailgun>();
        builder.Services.AddSingleton<IWebhookProvider, Postmark>();
        builder.Services.AddSingleton<IWebhookProvider, SparkPost>();
        builder.Services.AddSingleton<IWebhookProvider, KumoMta>();
        builder.Services.AddSingleton<IWebhookProvider, Postal>();
        builder.Services.AddSingleton<IWebhookProvider, Stalwart>();
        builder.Services.AddSingleton<IWebhookProvider, Resend>();
        builder.Services.AddSingleton<IWebhookProvider, Brevo>();
        builder.Services.AddSingleton<IWebhookProvider, Mailjet>();
        builder.Services.AddSingleton<IWebhookProvider, Mandrill>();
        builder.Services.AddSingleton<IWebhookProvider, MailerSend>();
        builder.Services.AddSingleton<IWebhookProvider, Mailtrap>();
        builder.Services.AddSingleton<IWebhookProvider, AzureCommunication>();
        builder.Services.AddSingleton<IWebhookProvider, ZeptoMail>();
        builder.Services.AddSingleton<IWebhookProvider, Scaleway>();
        builder.Services.AddSingleton<ReportMatcher>();
        builder.Services.AddSingleton<IWebhookProvider, MailReports>();
        builder.Services.AddSingleton<WebhookProviders>();
        builder.Services.AddSingleton<WebhookTrials>();
        builder.Services.AddSingleton<WebhookSeen>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookSeen>());
        builder.Services.AddSingleton<WebhookWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookWatch>());
        builder.Services.AddSingleton<LmtpListener>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LmtpListener>());
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PostEvents.Map(routes);
        PostWebhook.Map(routes);
        AdministerWebhookSources.Map(routes);
        ChangeWebhookSource.Map(routes);
        TestWebhookSource.Map(routes);
        GetWebhookTraffic.Map(routes);
    }
}
