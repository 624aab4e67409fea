using MailStats.Classifier.OwnRules;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Classifier.Deliveries;

/// <summary>Says of every failure why it happened, and of every event which provider took it.</summary>
internal sealed class DeliveriesReportedConsumer(TenantClassifiers classifiers, ClassifierMetrics metrics) : IConsumer<DeliveriesReported>
{
    public async Task Consume(ConsumeContext<DeliveriesReported> context)
    {
        var reported = context.Message.Deliveries;
        var classified = new ClassifiedDelivery[reported.Count];

        var (tenant, classifier) = ("", (EventClassifier?)null);

        for (var index = 0; index < classified.Length; index++)
        {
            // The events of a message nearly always are of one tenant.
            if (classifier is null || reported[index].TenantId != tenant)
            {
                tenant = reported[index].TenantId;
                classifier = new(await classifiers.ForAsync(tenant, context.CancellationToken));
            }

            classified[index] = classifier.Classify(reported[index]);
        }

        metrics.Classified(classified);
        await context.Publish(
            new DeliveriesClassified { BatchId = context.Message.BatchId, ReceivedAt = context.Message.ReceivedAt, Deliveries = classified },
            context.CancellationToken);
    }
}

/// <summary>Retries, and that an unusable store holds messages instead of spending their retries, come from ServiceDefaults.</summary>
internal sealed class DeliveriesReportedConsumerDefinition : ConsumerDefinition<DeliveriesReportedConsumer>
{
    public DeliveriesReportedConsumerDefinition()
    {
        EndpointName = QueueNames.DeliveriesReported;
        // Classifying keeps a processor busy: more at once than there are processors gains nothing.
        ConcurrentMessageLimit = Math.Max(2, Environment.ProcessorCount);
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DeliveriesReportedConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = 4 * Math.Max(2, Environment.ProcessorCount);
}
