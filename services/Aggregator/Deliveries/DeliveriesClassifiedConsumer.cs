using MailStats.Aggregator.Notices;
using MailStats.Aggregator.Brake;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using MassTransit;

namespace MailStats.Aggregator.Deliveries;

/// <summary>
/// A message is acknowledged only after its events are committed; the in-memory transport rests on that. Until then it may come
/// again, here or at another replica; the store counts it once all the same.
/// </summary>
internal sealed partial class DeliveriesClassifiedConsumer(
    IDeliveryStore store,
    StatisticsAnnouncer announcer,
    BrakeWatch brakes,
    AggregatorMetrics metrics,
    TimeProvider time,
    ILogger<DeliveriesClassifiedConsumer> logger) : IConsumer<DeliveriesClassified>
{
    public async Task Consume(ConsumeContext<DeliveriesClassified> context)
    {
        var startedAt = time.GetTimestamp();
        var applied = await ApplyAsync(context);

        announcer.Add(applied.Touched);
        brakes.Add(context.Message.Deliveries);
        metrics.Applied(applied, startedAt, context.Message.ReceivedAt);
        LogApplied(logger, applied.Changed, applied.Repeated);
    }

    private async Task<ApplyResult> ApplyAsync(ConsumeContext<DeliveriesClassified> context)
    {
        using var span = Telemetry.Activities.StartActivity("store.apply");
        span?.SetTag("mailstats.deliveries", context.Message.Deliveries.Count);

        return await store.ApplyAsync(context.Message.Deliveries, context.Message.ReceivedAt, context.CancellationToken);
    }

    [LoggerMessage(LogLevel.Debug, "Applied deliveries: {Changed} changed, {Repeated} repeated")]
    private static partial void LogApplied(ILogger logger, int changed, int repeated);
}

/// <summary>
/// Messages are consumed side by side so that the store can put what waits into one transaction. Retries, and that an
/// unusable store holds messages instead of spending their retries, come from ServiceDefaults.
/// </summary>
internal sealed class DeliveriesClassifiedConsumerDefinition : ConsumerDefinition<DeliveriesClassifiedConsumer>
{
    public DeliveriesClassifiedConsumerDefinition() => EndpointName = QueueNames.DeliveriesClassified;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DeliveriesClassifiedConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = 32;
}
