using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class MailboxStoppedConsumer(NoticeIntake intake) : IConsumer<MailboxStopped>
{
    public Task Consume(ConsumeContext<MailboxStopped> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class MailboxStoppedConsumerDefinition : ConsumerDefinition<MailboxStoppedConsumer>
{
    public MailboxStoppedConsumerDefinition() => EndpointName = "notifier.mailbox-stopped";
}
