using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>All modules in one process. The transport forgets its messages when the process dies; the journal remembers.</summary>
internal static class InMemoryTransport
{
    public static void Configure(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator transport)
    {
        var references = new ReferenceSerializer();
        transport.AddSerializer(references);
        transport.AddDeserializer(references, isDefault: true);
        Messaging.ConfigureNames(transport);
        transport.ConfigureEndpoints(context);
    }

    public static void ConfigureQueue(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        if (name is QueueNames.DeliveriesReported or QueueNames.DeliveriesClassified)
        {
            // Outside of all attempts: what comes past here is final.
            endpoint.UseFilter(new SettlementFilter(context.GetRequiredService<Settlements>()));
            // They are quarantined on disk. An error queue in memory would grow without bound, and nobody could read it.
            endpoint.DiscardFaultedMessages();
        }
    }
}
