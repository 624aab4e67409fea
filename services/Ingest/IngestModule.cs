using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Ingest;

public sealed class IngestModule : IModule
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
