using MailStats.Contracts;
using MassTransit;

namespace MailStats.Notifier.Notices;

/// <summary>A message is acknowledged when it is noted down for every target.</summary>
internal sealed class WebhookSourceFailedConsumer(NoticeIntake intake) : IConsumer<WebhookSourceFailed>
{
    public Task Consume(ConsumeContext<WebhookSourceFailed> context) => intake.AddAsync(context.Message, context.CancellationToken);
}

internal sealed class WebhookSourceFailedConsumerDefinition : ConsumerDefinition<WebhookSourceFailedConsumer>
{
    public WebhookSourceFailedConsumerDefinition() => EndpointName = "notifier.webhook-source-failed";
}
