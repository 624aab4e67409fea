using MailStats.Classifier.Deliveries;
using MailStats.Classifier.OwnRules;
using MailStats.Classifier.Replies;
using MailStats.Classifier.UnknownReplies;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using MassTransit;
using Microsoft.Extensions.Options;

namespace MailStats.Classifier;

/// <summary>
/// Consumes <c>DeliveriesReported</c>, publishes <c>DeliveriesClassified</c>; serves <c>POST /v1/classify</c>, the tenants'
/// own rules (<c>/v1/reply-rules</c>) and the inbox of unknown replies (<c>/v1/unknown-replies</c>).
/// </summary>
public sealed class ClassifierModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddStores<SqliteStores, MongoStores>();
        builder.AddAccess();
        builder.Services.AddOpenApi("v1");
        builder.Services.AddOptions<ClassifierOptions>().BindConfiguration(ClassifierOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClassifierOptions>, ClassifierOptionsValidator>();
        builder.Services.AddSingleton<ClassifierMetrics>();
        builder.Services.AddSingleton<TenantClassifiers>();
        builder.Services.AddSingleton<ReplyRuleTrials>();
        builder.Services.AddSingleton<UnknownReplyGroups>();
        builder.Services.AddSingleton<Reclassification>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Reclassification>());
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<DeliveriesReportedConsumer, DeliveriesReportedConsumerDefinition>();

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PostClassify.Map(routes);
        AdministerReplyRules.Map(routes);
        AnswerUnknownReplies.Map(routes);
    }
}
