using MassTransit;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>The bus. The only file that knows which broker carries it.</summary>
internal static class Messaging
{
    public static void AddMessaging(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> addConsumers)
    {
        builder.Services.AddMassTransit(bus =>
        {
            addConsumers(bus);
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
    }
}
