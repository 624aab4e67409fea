using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>What a service brings to the process it runs in: alone in its own, or beside the others in Standalone.</summary>
public interface IModule
{
    /// <summary>False for a module that neither publishes nor consumes; a process of such modules connects to no broker.</summary>
    static virtual bool UsesBus => true;

    /// <summary>Registers options and dependencies.</summary>
    static abstract void AddServices(IHostApplicationBuilder builder);

    /// <summary>Registers what the service consumes.</summary>
    static abstract void AddConsumers(IBusRegistrationConfigurator bus);

    /// <summary>Maps what the service serves.</summary>
    static abstract void MapEndpoints(IEndpointRouteBuilder routes);
}
