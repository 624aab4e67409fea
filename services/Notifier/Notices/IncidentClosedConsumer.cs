using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class IncidentClosedConsumer(NoticeIntake intake) : IConsumer<IncidentClosed>
{
    public Task Consume(ConsumeContext<IncidentClosed> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class IncidentClosedConsumerDefinition : ConsumerDefinition<IncidentClosedConsumer>
{
    public IncidentClosedConsumerDefinition() => EndpointName = "notifier.incident-closed";
}
