using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>A process made of modules, with the defaults every MailStats process has.</summary>
public sealed class ServiceHost
{
    private readonly WebApplicationBuilder _builder;
    private readonly List<Action<IBusRegistrationConfigurator>> _consumers = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];

    private ServiceHost(WebApplicationBuilder builder) => _builder = builder;

    /// <summary>Settings, container and configuration of the process, before <see cref="Build"/>.</summary>
    public WebApplicationBuilder Builder => _builder;

    public static ServiceHost Create(string[] args) => new(WebApplication.CreateBuilder(args));

    public ServiceHost With<TModule>()
        where TModule : IModule
    {
        TModule.AddServices(_builder);
        _consumers.Add(TModule.AddConsumers);
        _endpoints.Add(TModule.MapEndpoints);

        return this;
    }

    public WebApplication Build()
    {
        _builder.Services.AddSingleton(TimeProvider.System);
        _builder.AddMessaging(bus => _consumers.ForEach(add => add(bus)));

        var app = _builder.Build();
        _endpoints.ForEach(map => map(app));

        return app;
    }
}
