using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every webhook.</summary>
internal sealed class RecipientReleasedConsumer(NoticeIntake intake) : IConsumer<RecipientReleased>
{
    public Task Consume(ConsumeContext<RecipientReleased> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class RecipientReleasedConsumerDefinition : ConsumerDefinition<RecipientReleasedConsumer>
{
    public RecipientReleasedConsumerDefinition() => EndpointName = "notifier.recipient-released";
}
