using System.Diagnostics;
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

/// <summary>Traces, metrics and logs over OTLP, set up by the standard <c>OTEL_*</c> variables; nothing leaves the process without them.</summary>
public static class Telemetry
{
    /// <summary>Name of the meter and of the activity source that all of MailStats' own instruments belong to.</summary>
    public const string Name = "MailStats";

    /// <summary>MailStats' own spans.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    private static readonly string[] Sources =
    [
        Name, "MassTransit", "Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy", "MongoDB.Driver",
    ];

    private static readonly string[] Meters =
    [
        Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting",
        "System.Net.Http", "System.Runtime", "Yarp.ReverseProxy",
    ];

    private static readonly string[] Signals = ["", "TRACES_", "METRICS_", "LOGS_"];

    /// <summary>
    /// Frameworks write each request's address, and with it the addresses that people search for: only their warnings are
    /// logged unless a setting asks for more. Every line says to which trace it belongs.
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
    };

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // Before all other sources: any of them overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogDefaults });
        builder.Logging.Configure(options => options.ActivityTrackingOptions =
            ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        if (!IsConfigured(builder.Configuration))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName,
                serviceVersion: BuiltVersion.Own.ToString()))
            .WithTracing(tracing => tracing.AddSource(Sources).AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter())
            .WithLogging(logging => logging.AddOtlpExporter());
    }

    private static bool IsConfigured(IConfiguration configuration) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && Signals.Any(signal => !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"]));
}
