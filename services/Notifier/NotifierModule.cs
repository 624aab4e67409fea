using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Notifier;

public sealed class NotifierModule : IModule
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
