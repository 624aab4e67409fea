using System.Net;
using MailStats.Gateway.Documents;
using MailStats.Gateway.Forwarding;
using MailStats.ServiceDefaults;
using MassTransit;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.ServiceDiscovery;
using Yarp.ReverseProxy.Transforms;

namespace MailStats.Gateway;

/// <summary>
/// Forwards <c>/v1</c> to the services by routes in settings (section <c>ReverseProxy</c>), describes them all at
/// <c>/openapi/v1.json</c>, serves the dashboard. Knows no broker and no store; each service checks keys for itself.
/// </summary>
public sealed class GatewayModule : IModule
{
    /// <summary>
    /// Shorter than the pause of a service that was told to stop: when it closes its connections this process holds none to
    /// it, and so loses no request to one that is just being closed.
    /// </summary>
    private static readonly TimeSpan KeptConnection = TimeSpan.FromSeconds(2);

    public static bool UsesBus => false;

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<ClusterDefaults>()
            .AddTransforms(transforms => transforms.AddRequestHeader(ProvenCaller.Asked, "1", append: false))
            .ConfigureHttpClient((_, handler) => handler.PooledConnectionLifetime = KeptConnection);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<EdgeOptions>>(static (kestrel, edge) =>
            kestrel.Limits.MinRequestBodyDataRate = new(edge.Value.MinBytesPerSecond, SlowBodies.Window));
        builder.Services.AddSingleton<NameLookup>(Dns.GetHostAddressesAsync);
        builder.Services.AddSingleton<IDestinationResolver, NamedReplicas>();
        builder.Services.AddHttpClient<MergedDocument>();
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        MergedDocument.Map(routes);
        routes.MapReverseProxy(proxy =>
        {
            proxy.UseUnreached();
            proxy.UseSecondTry();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
            proxy.UseSlowBodies();
        });
    }
}
