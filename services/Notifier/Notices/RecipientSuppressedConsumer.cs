using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every webhook.</summary>
internal sealed class RecipientSuppressedConsumer(NoticeIntake intake) : IConsumer<RecipientSuppressed>
{
    public Task Consume(ConsumeContext<RecipientSuppressed> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class RecipientSuppressedConsumerDefinition : ConsumerDefinition<RecipientSuppressedConsumer>
{
    public RecipientSuppressedConsumerDefinition() => EndpointName = "notifier.recipient-suppressed";
}
