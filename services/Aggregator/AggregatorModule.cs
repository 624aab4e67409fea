using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Aggregator;

public sealed class AggregatorModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
