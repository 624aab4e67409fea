using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class QuotaThresholdReachedConsumer(NoticeIntake intake) : IConsumer<QuotaThresholdReached>
{
    public Task Consume(ConsumeContext<QuotaThresholdReached> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class QuotaThresholdReachedConsumerDefinition : ConsumerDefinition<QuotaThresholdReachedConsumer>
{
    public QuotaThresholdReachedConsumerDefinition() => EndpointName = "notifier.quota-threshold-reached";
}
