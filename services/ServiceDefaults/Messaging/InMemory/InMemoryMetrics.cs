using System.Diagnostics.Metrics;

namespace MailStats.ServiceDefaults;

/// <summary>The depth of the one queue there is without a broker; docs/telemetry.md describes each.</summary>
internal static class InMemoryMetrics
{
    public static void Add(IMeterFactory meters, BatchesUnderWay underWay)
    {
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge(
            "mailstats.ingest.waiting", () => underWay.Count, "{batch}", "Batches of up to 500 events that are taken and not applied yet.");
        meter.CreateObservableGauge(
            "mailstats.ingest.quarantined", () => underWay.Quarantined, "{batch}", "Batches that could not be processed and are kept on disk.");
    }
}
