using MailStats.Classifier.Deliveries;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Classifier;

/// <summary>Consumes <c>DeliveriesReported</c>, publishes <c>DeliveriesClassified</c>.</summary>
public sealed class ClassifierModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton(_ => new ReplyClassifier(RuleBook.BuiltIn));

    public static void AddConsumers(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<DeliveriesReportedConsumer, DeliveriesReportedConsumerDefinition>();

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
