using System.Globalization;
using System.Net;
using MailStats.Stores;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>A process made of modules, with the defaults every MailStats process has.</summary>
public sealed class ServiceHost
{
    private readonly WebApplicationBuilder _builder;
    private readonly bool _asksVersion;
    private readonly List<Action<IBusRegistrationConfigurator>> _consumers = [];
    private readonly List<Action<IEndpointRouteBuilder>> _endpoints = [];
    private bool _edge;

    private ServiceHost(WebApplicationBuilder builder, bool asksVersion)
    {
        _builder = builder;
        _asksVersion = asksVersion;
    }

    /// <summary>Settings, container and configuration of the process, before <see cref="Build"/>.</summary>
    public WebApplicationBuilder Builder => _builder;

    public static ServiceHost Create(string[] args)
    {
        // Whatever the machine's language: numbers and times in answers, errors and logs are written in one way.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

        // Settings lie beside the program, wherever it is started from.
        return Create(
            WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }), args is ["--version"]);
    }

    /// <summary>
    /// A process within the process: it knows these settings alone, neither the environment's nor those of a file, listens at a port of loopback
    /// that the system chooses, and logs nothing.
    /// </summary>
    public static ServiceHost CreateApart(IReadOnlyDictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.Sources.Add(new MemoryConfigurationSource { InitialData = settings });
        builder.Logging.ClearProviders();
        // Said in code, it goes before every address that is said elsewhere.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

        return Create(builder, asksVersion: false);
    }

    private static ServiceHost Create(WebApplicationBuilder builder, bool asksVersion)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // The host tells a failed start by stacks, a screen of them for a port in use: RunAsync says it in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.AddTelemetry();
        builder.AddHealth();
        Shutdown.Add(builder);
        builder.AddJson();
        builder.AddProblems();
        builder.AddApiDescription();
        builder.Services.AddSingleton<UnknownParameters>();

        return new ServiceHost(builder, asksVersion);
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

    /// <summary>What a setting is where nobody has set it. A process that may not guess has none.</summary>
    public ServiceHost WithDefault(string setting, string value)
    {
        // First of all sources, so that every other one overrides it.
        _builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [KeyValuePair.Create(setting, (string?)value)] });

        return this;
    }

    /// <summary>The process faces the outside: rate limits, CORS, security headers, trusted proxies (section <c>Edge</c>).</summary>
    public ServiceHost WithEdge()
    {
        _edge = true;
        _builder.AddEdge();

        return this;
    }

    /// <summary>
    /// Builds and runs the process until it is told to stop. Wrong settings are printed, all of them, and so is a store that
    /// cannot be used; both make the exit code 1, and so does a part of the process that ended by a failure: the host takes that
    /// for an orderly end. Asked for <c>--version</c> it only tells that.
    /// </summary>
    public async Task<int> RunAsync()
    {
        if (_asksVersion)
        {
            await Console.Out.WriteLineAsync(BuiltVersion.Own.ToString());

            return 0;
        }

        List<BackgroundService> failed = [];
        var isStopping = false;

        try
        {
            await using var app = Build();
            var parts = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();

            // When the stop begins: what fails later fails because of it.
            app.Lifetime.ApplicationStopping.Register(() =>
            {
                isStopping = true;
                failed.AddRange(parts.Where(part => part.ExecuteTask is { IsFaulted: true }));
            });
            await app.RunAsync();
        }
        catch (Exception) when (failed.Count > 0)
        {
            // A part that failed ended a start that was under way: it is what is told.
        }
        catch (OperationCanceledException) when (isStopping)
        {
            // Told to stop before it had started: an orderly end.
        }
        catch (StorageUnavailableException unusable)
        {
            await Console.Error.WriteLineAsync($"The store cannot be used: {unusable.Message}");

            return 1;
        }
        catch (Exception exception) when (Mistakes.Of(exception) is { Count: > 0 } mistakes)
        {
            await Console.Error.WriteLineAsync($"The settings are wrong:{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}- {mistake}"))}");

            return 1;
        }

        foreach (var part in failed)
        {
            await Console.Error.WriteLineAsync(
                $"The process ended because a part of it failed: {part.GetType().Name}: {part.ExecuteTask!.Exception!.InnerException}");
        }

        return failed.Count == 0 ? 0 : 1;
    }

    public WebApplication Build()
    {
        if (_consumers.Count > 0)
        {
            _builder.AddMessaging(bus => _consumers.ForEach(add => add(bus)));
        }

        var app = _builder.Build();
        Settings.Validate(app.Services);
        app.Services.GetService<IStartupValidator>()?.Validate();
        Shutdown.Use(app);

        if (_edge)
        {
            app.UseTrustedProxies();
            app.UseSecurityHeaders();
            app.UseHttpsOnly();
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

        UnknownParameters.Use(app);

        var routes = app.MapGroup("").WithHead();

        if (_edge)
        {
            routes.MapSignIn();
        }

        routes.MapHealth();
        BuiltVersion.Map(routes);
        routes.MapApiDescription();
        _endpoints.ForEach(map => map(routes));

        return app;
    }
}
