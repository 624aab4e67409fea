using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class IncidentChangedConsumer(NoticeIntake intake) : IConsumer<IncidentChanged>
{
    public Task Consume(ConsumeContext<IncidentChanged> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class IncidentChangedConsumerDefinition : ConsumerDefinition<IncidentChangedConsumer>
{
    public IncidentChangedConsumerDefinition() => EndpointName = "notifier.incident-changed";
}
