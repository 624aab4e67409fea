using MailStats.Contracts;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>The bus. This folder alone knows what carries it: a broker, or this process's memory.</summary>
public static class Messaging
{
    /// <summary>
    /// For the module that takes events in: registers <see cref="IBatchIntake"/> for the transport that the settings name.
    /// </summary>
    public static void AddBatchIntake(this IHostApplicationBuilder builder, Func<IServiceProvider, IntakeLimits> limits)
    {
        builder.Services.AddSingleton(limits);

        if (UsesBroker(builder))
        {
            builder.Services.AddSingleton<IBatchIntake, BrokerIntake>();
            builder.Services.AddHostedService<BrokerReplay>();

            return;
        }

        builder.Services.AddSingleton<IBatchIntake, InMemoryIntake>();
        builder.Services.AddHostedService<JournalReplay>();
    }

    internal static void AddMessaging(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> addConsumers)
    {
        builder.AddSettings<MessagingOptions>(MessagingOptions.Section);

        var broker = UsesBroker(builder);

        builder.Services.AddOptions<MassTransitHostOptions>().Configure(host =>
        {
            // A broker may come later: the process starts, is not ready, and connects when it is there.
            // In memory a message that is published before the queues exist would go nowhere.
            host.WaitUntilStarted = !broker;
            host.StopTimeout = TimeSpan.FromSeconds(30);
        });

        if (broker)
        {
            builder.Services.AddSingleton<IPublicEvents, BrokerEvents>();
        }
        else
        {
            builder.Services.AddSingleton<IPublicEvents, NoSubscribers>();
            builder.Services.AddSingleton<BatchesUnderWay>();
            builder.Services.AddSingleton<Settlements>();
            builder.Services.AddHostedService(services => services.GetRequiredService<Settlements>());
        }

        builder.Services.AddMassTransit(bus =>
        {
            // It would tell its makers about every process some minutes after its start. Nothing leaves unless a setting says so.
            bus.DisableUsageTelemetry();
            addConsumers(bus);

            if (broker)
            {
                bus.AddConfigureEndpointsCallback((_, name, endpoint) => RabbitMqTransport.ConfigureQueue(name, endpoint));
                bus.AddConfigureEndpointsCallback(Attempts.Configure);
                bus.UsingRabbitMq(RabbitMqTransport.Configure);
            }
            else
            {
                bus.AddConfigureEndpointsCallback(InMemoryTransport.ConfigureQueue);
                bus.AddConfigureEndpointsCallback(Attempts.Configure);
                bus.UsingInMemory(InMemoryTransport.Configure);
            }
        });
    }

    /// <summary>Exchanges are <c>mailstats.deliveries-reported</c> and so on: stable for subscribers in any language.</summary>
    internal static void ConfigureNames(IBusFactoryConfigurator transport) =>
        transport.MessageTopology.SetEntityNameFormatter(new ExchangeNames());

    private static bool UsesBroker(IHostApplicationBuilder builder) =>
        builder.Configuration[$"{MessagingOptions.Section}:{nameof(MessagingOptions.Transport)}"] == MessagingOptions.Broker;

    private sealed class ExchangeNames : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => "mailstats." + KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(T).Name);
    }
}
