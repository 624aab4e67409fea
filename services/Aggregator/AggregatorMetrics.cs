using System.Diagnostics;
using System.Diagnostics.Metrics;
using MailStats.ServiceDefaults;
using MailStats.Storage;

namespace MailStats.Aggregator;

/// <summary>What the Aggregator measures; docs/telemetry.md describes each.</summary>
internal sealed class AggregatorMetrics
{
    private static readonly TagList Changed = new() { { "outcome", "changed" } };
    private static readonly TagList Repeated = new() { { "outcome", "repeated" } };

    private readonly Counter<long> _events;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lag;
    private readonly TimeProvider _time;

    public AggregatorMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(Telemetry.Name);
        _events = meter.CreateCounter<long>("mailstats.aggregator.events", "{event}", "Events that were applied, by whether they changed anything.");
        _duration = meter.CreateHistogram<double>("mailstats.aggregator.apply.duration", "s", "Time to apply one message, waiting for the writer included.");
        _lag = meter.CreateHistogram<double>("mailstats.aggregator.lag", "s", "Time from the acceptance of a batch to its commit.");
    }

    public void Applied(ApplyResult applied, long startedAt, DateTimeOffset receivedAt)
    {
        _events.Add(applied.Changed, Changed);
        _events.Add(applied.Repeated, Repeated);
        _duration.Record(_time.GetElapsedTime(startedAt).TotalSeconds);
        _lag.Record(Math.Max(0, (_time.GetUtcNow() - receivedAt).TotalSeconds));
    }
}
