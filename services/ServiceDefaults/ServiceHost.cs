using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>A process made of modules, with the defaults every MailStats process has.</summary>
public sealed class ServiceHost
{
    private readonly WebApplicationBuilder _builder;
    private readonly List<Action<IBusRegistrationConfigurator>> _consumers = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];
    private bool _edge;

    private ServiceHost(WebApplicationBuilder builder) => _builder = builder;

    /// <summary>Settings, container and configuration of the process, before <see cref="Build"/>.</summary>
    public WebApplicationBuilder Builder => _builder;

    public static ServiceHost Create(string[] args)
    {
        // Settings lie beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.AddTelemetry();
        builder.AddHealth();
        Shutdown.Add(builder);
        builder.AddJson();
        builder.AddProblems();
        builder.AddApiDescription();

        return new ServiceHost(builder);
    }

    public ServiceHost With<TModule>()
        where TModule : IModule
    {
        TModule.AddServices(_builder);

        if (TModule.UsesBus)
        {
            _consumers.Add(TModule.AddConsumers);
        }

        _endpoints.Add(TModule.MapEndpoints);

        return this;
    }

    /// <summary>The process faces the outside: rate limits, CORS, security headers, trusted proxies (section <c>Edge</c>).</summary>
    public ServiceHost WithEdge()
    {
        _edge = true;
        _builder.AddEdge();

        return this;
    }

    /// <summary>Builds and runs the process until it is told to stop. Wrong settings are printed, all of them, and make the exit code 1.</summary>
    public async Task<int> RunAsync()
    {
        try
        {
            await using var app = Build();
            await app.RunAsync();

            return 0;
        }
        catch (Exception exception) when (Mistakes.Of(exception) is { Count: > 0 } mistakes)
        {
            await Console.Error.WriteLineAsync($"The settings are wrong:{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}- {mistake}"))}");

            return 1;
        }
    }

    public WebApplication Build()
    {
        if (_consumers.Count > 0)
        {
            _builder.AddMessaging(bus => _consumers.ForEach(add => add(bus)));
        }

        var app = _builder.Build();
        app.Services.GetService<IStartupValidator>()?.Validate();
        Shutdown.Use(app);

        if (_edge)
        {
            app.UseTrustedProxies();
            app.UseSecurityHeaders();
            app.UseResponseCompression();
        }

        app.UseProblems();
        app.UseRouting();

        if (_edge)
        {
            app.UseCors();
            app.UseReferencePage();
            app.UseDashboard();
            app.UseRateLimits();
        }

        app.UseAccess();

        if (_edge)
        {
            app.MapSignIn();
        }

        app.MapHealth();
        app.MapApiDescription();
        _endpoints.ForEach(map => map(app));

        return app;
    }
}
