using System.Diagnostics;
using System.Diagnostics.Metrics;
using MailStats.Contracts;
using MailStats.ServiceDefaults;

namespace MailStats.Classifier;

/// <summary>What the Classifier measures; docs/telemetry.md describes each.</summary>
internal sealed class ClassifierMetrics
{
    private static readonly TagList Known = new() { { "unknown", false } };
    private static readonly TagList Unknown = new() { { "unknown", true } };

    private readonly Counter<long> _replies;

    public ClassifierMetrics(IMeterFactory meters) => _replies = meters.Create(Telemetry.Name)
        .CreateCounter<long>("mailstats.classifier.replies", "{reply}", "Replies of failures, by whether no rule knew them.");

    public void Classified(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        var known = 0;
        var unknown = 0;

        foreach (var delivery in deliveries)
        {
            if (delivery.Classification is { } classification)
            {
                known += classification.Unknown ? 0 : 1;
                unknown += classification.Unknown ? 1 : 0;
            }
        }

        _replies.Add(known, Known);
        _replies.Add(unknown, Unknown);
    }
}
