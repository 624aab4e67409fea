using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class MailboxReleasedConsumer(NoticeIntake intake) : IConsumer<MailboxReleased>
{
    public Task Consume(ConsumeContext<MailboxReleased> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class MailboxReleasedConsumerDefinition : ConsumerDefinition<MailboxReleasedConsumer>
{
    public MailboxReleasedConsumerDefinition() => EndpointName = "notifier.mailbox-released";
}
