using MailStats.ServiceDefaults;
using MassTransit;

namespace MailStats.Standalone.Demo;

/// <summary><c>--demo</c>: a tenant with a month of traffic and a live trickle, sent as everybody sends theirs.</summary>
public sealed class DemoModule : IModule
{
    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DemoTraffic>();
        builder.Services.AddSingleton<DemoFeed>();
        builder.Services.AddSingleton<DemoTenant>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DemoTenant>());
        builder.Services.AddHostedService<DemoSender>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
