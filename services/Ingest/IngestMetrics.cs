using System.Diagnostics;
using System.Diagnostics.Metrics;
using MailStats.Contracts;
using MailStats.ServiceDefaults;

namespace MailStats.Ingest;

/// <summary>What Ingest counts; docs/telemetry.md describes each.</summary>
internal sealed class IngestMetrics
{
    private readonly Counter<long> _taken;
    private readonly Counter<long> _rejected;

    public IngestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _taken = meter.CreateCounter<long>("mailstats.ingest.events", "{event}", "Events that were taken and are durable.");
        _rejected = meter.CreateCounter<long>("mailstats.ingest.rejected", "{item}", "Items or fields of items that were refused.");
    }

    // By kind only: tenants and domains belong in the store, not in labels.
    public void Taken(List<DeliveryEvent> events)
    {
        Span<int> kinds = stackalloc int[8];

        foreach (var delivery in events)
        {
            kinds[(int)delivery.Kind]++;
        }

        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (kinds[kind] > 0)
            {
                _taken.Add(kinds[kind], new TagList { { "kind", Words[kind] } });
            }
        }
    }

    public void Rejected(int count)
    {
        if (count > 0)
        {
            _rejected.Add(count);
        }
    }

    private static readonly string[] Words = [.. Enum.GetNames<DeliveryEventKind>().Select(name => name.ToLowerInvariant())];
}
