using System.Diagnostics;
using System.Diagnostics.Metrics;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Deliveries;

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
    private long _unreserved = -1;

    public AggregatorMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(Telemetry.Name);
        _events = meter.CreateCounter<long>("mailstats.aggregator.events", "{event}", "Events that were applied, by whether they changed anything.");
        _duration = meter.CreateHistogram<double>("mailstats.aggregator.apply.duration", "s", "Time to apply one message, waiting for the writer included.");
        _lag = meter.CreateHistogram<double>("mailstats.aggregator.lag", "s", "Time from the acceptance of a batch to its commit.");
        meter.CreateObservableGauge(
            "mailstats.quota.unreserved", Unreserved, "{recipient}", "Recipients of limited tenants' current billing months that no reservation was made for.");
    }

    /// <summary>What the store last said.</summary>
    public void Unreserved(long recipients) => Volatile.Write(ref _unreserved, recipients);

    public void Applied(ApplyResult applied, long startedAt, DateTimeOffset receivedAt)
    {
        _events.Add(applied.Changed, Changed);
        _events.Add(applied.Repeated, Repeated);
        _duration.Record(_time.GetElapsedTime(startedAt).TotalSeconds);
        _lag.Record(Math.Max(0, (_time.GetUtcNow() - receivedAt).TotalSeconds));
    }

    /// <summary>Nothing until the store was asked.</summary>
    private IEnumerable<Measurement<long>> Unreserved() => Volatile.Read(ref _unreserved) is >= 0 and var recipients ? [new(recipients)] : [];
}
