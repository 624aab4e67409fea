using System.Net.Mime;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Public events over the same connection as everything else, persistent and confirmed, their bytes as they are: no envelope.
/// The exchange exists once a process has started, so that a subscriber, who may not declare it, can bind to it.
/// </summary>
internal sealed class BrokerEvents(IBus bus) : IPublicEvents
{
    private const string Exchange = "mailstats.events";

    public bool AreHeard => true;

    public static void Configure(IRabbitMqBusFactoryConfigurator transport)
    {
        transport.Message<PublicEvent>(message => message.SetEntityName(Exchange));
        transport.Publish<PublicEvent>(publish => publish.ExchangeType = "topic");
        transport.DeployPublishTopology = true;
    }

    public Task PublishAsync(Func<PublicEvent> make, CancellationToken cancellationToken)
    {
        var made = make();

        return bus.Publish(
            made,
            sending =>
            {
                sending.MessageId = made.Id;
                sending.Serializer = new AsIs(made);
                sending.SetRoutingKey(made.Topic);
            },
            cancellationToken);
    }

    private sealed class AsIs(PublicEvent made) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new(made.ContentType);

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(made.Body.ToArray());
    }
}
