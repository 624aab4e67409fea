using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Labels whose values nobody can count beforehand are left out: the temporary queue of each process that ever ran, and every
/// host that a tenant has webhooks sent to.
/// </summary>
internal static class MetricLabels
{
    private static readonly string[] OfMessages =
    [
        "messaging.masstransit.message_type", "messaging.masstransit.consumer_type", "messaging.masstransit.exception_type",
    ];

    private static readonly string[] OfClients =
        ["http.request.method", "http.response.status_code", "error.type", "network.protocol.version", "url.scheme"];

    /// <summary>A view for the instruments of frameworks that have such labels; null for all others.</summary>
    public static MetricStreamConfiguration? Bounded(Instrument instrument) => instrument.Meter.Name switch
    {
        "MassTransit" => With(instrument, OfMessages),
        "System.Net.Http" => With(instrument, OfClients),
        _ => null,
    };

    // A histogram keeps the buckets that its library advises.
    private static MetricStreamConfiguration With(Instrument instrument, string[] labels) =>
        Advised(instrument) is { Count: > 0 } boundaries
            ? new ExplicitBucketHistogramConfiguration { TagKeys = labels, Boundaries = [.. boundaries] }
            : new MetricStreamConfiguration { TagKeys = labels };

    private static IReadOnlyList<double>? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
        _ => null,
    };
}
