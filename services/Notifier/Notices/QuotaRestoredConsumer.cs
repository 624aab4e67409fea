using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class QuotaRestoredConsumer(NoticeIntake intake) : IConsumer<QuotaRestored>
{
    public Task Consume(ConsumeContext<QuotaRestored> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class QuotaRestoredConsumerDefinition : ConsumerDefinition<QuotaRestoredConsumer>
{
    public QuotaRestoredConsumerDefinition() => EndpointName = "notifier.quota-restored";
}
