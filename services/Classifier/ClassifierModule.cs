using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Classifier;

public sealed class ClassifierModule : IModule
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
