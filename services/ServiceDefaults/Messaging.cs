using System.ComponentModel.DataAnnotations;
using MailStats.Contracts;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Messaging</c>.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary><c>InMemory</c> (all modules in one process) or <c>RabbitMq</c>.</summary>
    [RegularExpression("^(InMemory|RabbitMq)$", ErrorMessage = "Messaging:Transport must be InMemory or RabbitMq")]
    public string Transport { get; set; } = "InMemory";

    /// <summary>True when a message that was published survives the process that published it.</summary>
    public bool KeepsMessages => Transport == "RabbitMq";

    /// <summary>AMQP address of the broker with user, password and virtual host.</summary>
    [RegularExpression("^amqps?://.+", ErrorMessage = "Messaging:Uri must begin with amqp:// or amqps://")]
    public string Uri { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>Messages (of up to 500 events) that a consumer holds at once.</summary>
    [Range(1, 1000, ErrorMessage = "Messaging:Prefetch must be 1 to 1000")]
    public ushort Prefetch { get; set; } = 8;

    /// <summary>Attempts after the first before a message goes to its queue's error queue, one to thirty seconds apart.</summary>
    [Range(0, 100, ErrorMessage = "Messaging:Retries must be 0 to 100")]
    public int Retries { get; set; } = 5;
}

/// <summary>Names of queues beside those of the consumers.</summary>
public static class QueueNames
{
    /// <summary>What the name of a queue of one process begins with, for messages that may be missed: not replicated, not retried, gone with the process.</summary>
    public const string TemporaryPrefix = "temporary.";

    /// <summary>A name no other process has.</summary>
    public static string Temporary(string purpose) => $"{TemporaryPrefix}{purpose}.{Guid.CreateVersion7():n}";
}

/// <summary>The bus. The only file that knows which broker carries it.</summary>
internal static class Messaging
{
    /// <summary>Where the messages that carry events must arrive: their queues exist before the first is published, so none is dropped for want of a subscriber.</summary>
    private const string ReportedQueue = "classifier.deliveries-reported";

    private const string ClassifiedQueue = "aggregator.deliveries-classified";

    // A quorum queue of RabbitMQ 4 drops a message after 20 returns, and every crash of a consumer is one.
    private const int NeverDropped = 1_000_000;

    public static void AddMessaging(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> addConsumers)
    {
        builder.Services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        var rabbitMq = builder.Configuration[$"{MessagingOptions.Section}:{nameof(MessagingOptions.Transport)}"] == "RabbitMq";

        builder.Services.AddOptions<MassTransitHostOptions>().Configure(host =>
        {
            // A broker may come later: the process starts, is not ready, and connects when it is there.
            // In memory a message that is published before the queues exist would go nowhere.
            host.WaitUntilStarted = !rabbitMq;
            host.StopTimeout = TimeSpan.FromSeconds(30);
        });

        builder.Services.AddMassTransit(bus =>
        {
            addConsumers(bus);
            bus.AddConfigureEndpointsCallback(ConfigureEndpoint);

            if (rabbitMq)
            {
                bus.UsingRabbitMq(ConfigureRabbitMq);
            }
            else
            {
                bus.UsingInMemory((context, transport) =>
                {
                    var references = new ReferenceSerializer();
                    transport.AddSerializer(references);
                    transport.AddDeserializer(references, isDefault: true);
                    ConfigureNames(transport);
                    transport.ConfigureEndpoints(context);
                });
            }
        });
    }

    private static void ConfigureRabbitMq(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator transport)
    {
        var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;

        transport.Host(new Uri(options.Uri), host => host.PublisherConfirmation = true);
        transport.PrefetchCount = options.Prefetch;
        ConfigureNames(transport);
        PublishInto<DeliveriesReported>(transport, ReportedQueue);
        PublishInto<DeliveriesClassified>(transport, ClassifiedQueue);
        transport.ConfigureEndpoints(context);
    }

    /// <summary>Exchanges are <c>mailstats.deliveries-reported</c> and so on: stable for subscribers in any language.</summary>
    private static void ConfigureNames(IBusFactoryConfigurator transport) =>
        transport.MessageTopology.SetEntityNameFormatter(new ExchangeNames());

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

    private static void ConfigureEndpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        var options = context.GetRequiredService<IOptions<MessagingOptions>>().Value;
        var outages = context.GetServices<OutageTest>().ToList();

        if (name.StartsWith(QueueNames.TemporaryPrefix, StringComparison.Ordinal))
        {
            if (endpoint is IRabbitMqReceiveEndpointConfigurator temporary)
            {
                temporary.AutoDelete = true;
                temporary.QueueExpiration = TimeSpan.FromMinutes(1);
            }

            return;
        }

        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
            rabbit.SetQueueArgument("x-delivery-limit", NeverDropped);
        }

        // Outside: an outage holds the message (and by the prefetch the whole queue) until it is over.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(exception => IsOutage(exception, outages));
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
        });
        // Inside: whatever else goes wrong is tried some times, then the message is kept in <queue>_error.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(exception => IsOutage(exception, outages));
            retry.Exponential(options.Retries, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
        });
    }

    private static bool IsOutage(Exception exception, List<OutageTest> tests)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is System.Net.Sockets.SocketException or TimeoutException || tests.Exists(test => test(cause)))
            {
                return true;
            }
        }

        return false;
    }

    private static void SetQuorum(IRabbitMqQueueConfigurator queue)
    {
        queue.SetQuorumQueue();
        queue.SetQueueArgument("x-delivery-limit", NeverDropped);
    }

    private sealed class ExchangeNames : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => "mailstats." + KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(T).Name);
    }
}
