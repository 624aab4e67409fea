using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs over OTLP, set up by the standard <c>OTEL_*</c> variables, and metrics for Prometheus to fetch; nothing
/// leaves the process without a setting.
/// </summary>
public static class Telemetry
{
    /// <summary>Name of the meter and of the activity source that all of MailStats' own instruments belong to.</summary>
    public const string Name = "MailStats";

    /// <summary>MailStats' own spans.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    // Requests that are served come by the instrumentation of ASP.NET Core.
    private static readonly string[] Sources = [Name, "MassTransit", "System.Net.Http", "Yarp.ReverseProxy", "MongoDB.Driver"];

    private static readonly string[] Meters =
    [
        Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting",
        "System.Net.Http", "System.Runtime", "Yarp.ReverseProxy",
    ];

    private static readonly string[] Signals = ["", "TRACES_", "METRICS_", "LOGS_"];

    /// <summary>What anybody may ask all the time: not worth a span.</summary>
    private static readonly PathString[] Probes = ["/health", "/version"];

    /// <summary>
    /// Frameworks write each request's address, and with it the addresses that people search for: only their warnings are
    /// logged unless a setting asks for more. Every line says when it was written and to which trace it belongs. As JSON with
    /// <c>Logging:Console:FormatterName=json</c>.
    /// </summary>
    private static readonly Dictionary<string, string?> LogDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        // The ids of trace and span come as scopes.
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-dd'T'HH:mm:ss.fff'Z '",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
    };

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // Before all other sources: any of them overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogDefaults });
        builder.Logging.Configure(options => options.ActivityTrackingOptions =
            ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        builder.AddSettings<TelemetryOptions>(TelemetryOptions.Section);

        var sends = Sends(builder.Configuration);
        var port = MetricsPort(builder.Configuration);

        if (!sends && port == 0)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(
            builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName, serviceVersion: BuiltVersion.Own.ToString()));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters).AddView(MetricLabels.Bounded);

            if (sends)
            {
                metrics.AddOtlpExporter();
            }

            if (port != 0)
            {
                metrics.AddPrometheusExporter();
                builder.Services.AddHostedService<MetricsServer>();
            }
        });

        if (sends)
        {
            telemetry
                .WithTracing(tracing => tracing
                    .AddSource(Sources)
                    .AddAspNetCoreInstrumentation(requests => requests.Filter = IsNoProbe)
                    .AddProcessor<SpansWithoutAddresses>()
                    .AddOtlpExporter())
                .WithLogging(logging => logging.AddOtlpExporter());
        }
    }

    private static bool IsNoProbe(HttpContext context) =>
        !Array.Exists(Probes, probe => context.Request.Path.StartsWithSegments(probe, StringComparison.OrdinalIgnoreCase));

    private static bool Sends(IConfiguration configuration) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && Signals.Any(signal => !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"]));

    // What is no port is refused when the settings are checked.
    private static int MetricsPort(IConfiguration configuration) =>
        ushort.TryParse(configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.MetricsPort)}"], CultureInfo.InvariantCulture, out var port)
            ? port
            : 0;
}
