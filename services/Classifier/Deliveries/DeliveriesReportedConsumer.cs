using MailStats.Classifier.Receivers;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MassTransit;

namespace MailStats.Classifier.Deliveries;

/// <summary>Says of every failure why it happened, and of every event which provider took it.</summary>
internal sealed class DeliveriesReportedConsumer(ReplyClassifier classifier) : IConsumer<DeliveriesReported>
{
    public Task Consume(ConsumeContext<DeliveriesReported> context) => context.Publish(
        new DeliveriesClassified
        {
            BatchId = context.Message.BatchId,
            ReceivedAt = context.Message.ReceivedAt,
            Deliveries = [.. context.Message.Deliveries.Select(Classify)],
        },
        context.CancellationToken);

    private ClassifiedDelivery Classify(DeliveryEvent delivery)
    {
        var domain = delivery.Recipient[(delivery.Recipient.LastIndexOf('@') + 1)..];

        return new ClassifiedDelivery
        {
            Event = delivery,
            Provider = ReceivingProvider.Of(delivery.RemoteHost, domain),
            Classification = Failed(delivery.Kind) ? classifier.Classify(ReplyOf(delivery, domain)) : null,
        };
    }

    private static SmtpReply ReplyOf(DeliveryEvent delivery, string domain) => new()
    {
        Code = delivery.ReplyCode ?? 0,
        EnhancedCode = delivery.EnhancedCode,
        Text = delivery.ReplyText,
        Host = delivery.RemoteHost,
        RecipientDomain = domain,
        Final = delivery.Kind != DeliveryEventKind.Deferred,
        Expired = delivery.Kind == DeliveryEventKind.Expired,
    };

    private static bool Failed(DeliveryEventKind kind) =>
        kind is DeliveryEventKind.Deferred or DeliveryEventKind.Bounced or DeliveryEventKind.Expired or DeliveryEventKind.Rejected;
}

/// <summary>Classifying costs microseconds and touches nothing outside: few retries, many messages at once.</summary>
internal sealed class DeliveriesReportedConsumerDefinition : ConsumerDefinition<DeliveriesReportedConsumer>
{
    public DeliveriesReportedConsumerDefinition()
    {
        EndpointName = "classifier.deliveries-reported";
        ConcurrentMessageLimit = Math.Max(2, Environment.ProcessorCount);
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DeliveriesReportedConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 4 * Math.Max(2, Environment.ProcessorCount);
        endpointConfigurator.UseMessageRetry(retry => retry.Exponential(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200)));
    }
}
