using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Policy;

public sealed class PolicyModule : IModule
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
