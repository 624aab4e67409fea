using System.ComponentModel.DataAnnotations;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Telemetry</c>: what the standard <c>OTEL_*</c> variables do not say.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// A port of its own on which Prometheus finds <c>/metrics</c>, on all addresses and without a key: keep it from the outside.
    /// 0: none.
    /// </summary>
    [Range(0, 65535, ErrorMessage = "Telemetry:MetricsPort must be 0 to 65535")]
    public int MetricsPort { get; set; }
}
