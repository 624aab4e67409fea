using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class IncidentOpenedConsumer(NoticeIntake intake) : IConsumer<IncidentOpened>
{
    public Task Consume(ConsumeContext<IncidentOpened> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class IncidentOpenedConsumerDefinition : ConsumerDefinition<IncidentOpenedConsumer>
{
    public IncidentOpenedConsumerDefinition() => EndpointName = "notifier.incident-opened";
}
