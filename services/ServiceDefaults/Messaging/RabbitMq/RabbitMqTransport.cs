using System.Text.Json.Serialization;
using MailStats.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Quorum queues, confirmed publications, and no message that vanishes because nobody has subscribed yet.</summary>
internal static class RabbitMqTransport
{
    // A quorum queue of RabbitMQ 4 drops a message after 20 returns, and every crash of a consumer is one.
    private const int NeverDropped = 1_000_000;

    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator transport)
    {
        var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;

        transport.Host(new Uri(options.Uri), host => host.PublisherConfirmation = true);
        transport.PrefetchCount = options.Prefetch;
        Messaging.ConfigureNames(transport);
        // The queues of messages that carry events exist before the first is published, so none is dropped for want of a subscriber.
        PublishInto<DeliveriesReported>(transport, QueueNames.DeliveriesReported);
        PublishInto<DeliveriesClassified>(transport, QueueNames.DeliveriesClassified);
        BrokerEvents.Configure(transport);
        transport.AddDeserializer(new EnvelopeDeserializer(), isDefault: true);
        // More than half of the bytes of a message were indentation and nulls.
        transport.ConfigureJsonSerializerOptions(
            options => new(options) { WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
        transport.ConfigureEndpoints(context);
    }

    public static void ConfigureQueue(string name, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator queue)
        {
            return;
        }

        if (name.StartsWith(QueueNames.TemporaryPrefix, StringComparison.Ordinal))
        {
            // Of this connection alone: a durable one would stand on its node while that is lost, and could not be declared on another.
            queue.Exclusive = true;
            queue.AutoDelete = true;
            queue.Durable = false;
        }
        else
        {
            SetQuorum(queue);
        }
    }

    private static void PublishInto<TMessage>(IRabbitMqBusFactoryConfigurator transport, string queue)
        where TMessage : class
    {
        transport.Publish<TMessage>(publish => publish.BindQueue(queue, queue, binding => SetQuorum(binding)));
        // A broker that has lost the queue returns the message, and the publisher learns of it.
        transport.ConfigurePublish(publish => publish.UseExecute(context =>
        {
            if (context is PublishContext<TMessage> && context.TryGetPayload(out RabbitMqSendContext? rabbit))
            {
                rabbit.Mandatory = true;
            }
        }));
    }

    private static void SetQuorum(IRabbitMqQueueConfigurator queue)
    {
        queue.SetQuorumQueue();
        queue.SetQueueArgument("x-delivery-limit", NeverDropped);
    }
}
