using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// How long a process that was told to stop goes on serving, for those who still send to it. None by default; behind load
    /// balancers a few seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00", ErrorMessage = "Shutdown:Pause must be 0 to 5 minutes")]
    public TimeSpan Pause { get; set; }
}

/// <summary>
/// What stands between being told to stop and stopping: load balancers forget the process a moment later, and clients hold
/// connections to it. Until the pause is over everything is served, and each HTTP/1.1 connection is closed by its next
/// answer. A pause outside of the process is not enough: a connection that is closed while the next request is on its way
/// loses that request, and nobody may repeat a POST.
/// </summary>
internal sealed class Shutdown(IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>What was begun is finished within this, after the pause.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    private volatile bool _hasBegun;

    public static void Add(IHostApplicationBuilder builder)
    {
        builder.AddSettings<ShutdownOptions>(ShutdownOptions.Section);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.Pause + Drain);
        builder.Services.AddSingleton<Shutdown>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Shutdown>());
        builder.Services.AddHealthChecks().AddCheck<Shutdown>("serving");

        // systemd is told when the process listens, so that "systemctl start" returns when it can be used. Logs stay as they are set.
        if (SystemdHelpers.IsSystemdService())
        {
            builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
            builder.Services.AddSingleton<IHostLifetime, SystemdLifetime>();
        }
    }

    public static void Use(IApplicationBuilder app)
    {
        var shutdown = app.ApplicationServices.GetRequiredService<Shutdown>();

        app.Use((context, next) =>
        {
            if (shutdown._hasBegun && HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }

    /// <summary>Before anything of the process is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;

        try
        {
            await Task.Delay(options.Value.Pause, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to be quick.
        }
    }

    /// <summary>Not ready any more: whoever asks sends to another replica.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_hasBegun ? HealthCheckResult.Unhealthy("Told to stop.") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
