using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Incidents;
using MailStats.Stores.Notifications;
using MailStats.Stores.Statistics;

namespace MailStats.Notifier.Letters;

/// <summary>Gathers what a letter tells.</summary>
internal sealed class LetterComposer(IStatisticsStore statistics, IIncidentStore incidents)
{
    private const int MostReasons = 8;
    private const int ReasonsRead = 100;
    private const int MostReceivers = 5;
    private const int MostIncidents = 10;
    private const int IncidentsRead = 1_000;

    public async Task<Letter> ComposeAsync(Tenant tenant, LetterChoice choice, LetterPeriod period, CancellationToken cancellationToken)
    {
        var (scope, range, before) = (new StatisticsScope(tenant.Id), period.Range, period.Previous.Range);
        var now = await statistics.SumAsync(scope, range, cancellationToken);
        var previous = await statistics.SumAsync(scope, before, cancellationToken);
        var found = await incidents.ListAsync(new() { TenantId = tenant.Id, Range = range, Limit = IncidentsRead }, cancellationToken);

        return new()
        {
            Tenant = tenant.Name,
            Language = choice.Language,
            First = period.First,
            Last = period.Last,
            Now = now,
            Before = previous,
            Days = Days(await statistics.BucketsAsync(scope, range, cancellationToken), period),
            Reasons = Reasons(
                await statistics.ReasonsAsync(scope, range, ReasonsRead, cancellationToken),
                await statistics.ReasonsAsync(scope, before, ReasonsRead, cancellationToken),
                now.Recipients,
                previous.Recipients),
            Receivers = Receivers(
                await statistics.ProvidersAsync(scope, range, cancellationToken), await statistics.ProvidersAsync(scope, before, cancellationToken)),
            Incidents =
            [
                .. found.Select(stored => stored.Incident)
                    .OrderBy(incident => incident.ClosedAt is not null)
                    .ThenByDescending(incident => incident.Failed)
                    .ThenBy(incident => incident.Id, StringComparer.Ordinal)
                    .Take(MostIncidents),
            ],
        };
    }

    private static List<LetterDay> Days(IReadOnlyList<Bucket> buckets, LetterPeriod period)
    {
        var sums = buckets
            .GroupBy(bucket => LocalDays.DateAt(bucket.Start, period.Zone))
            .ToDictionary(day => day.Key, day => day.Aggregate(default(Counters), (sum, bucket) => sum + bucket.Counters));
        List<LetterDay> days = [];

        for (var date = period.First; date <= period.Last; date = date.AddDays(1))
        {
            var counters = sums.GetValueOrDefault(date);
            days.Add(new(date, counters.Delivered, counters.SoftBounces + counters.HardBounces));
        }

        return days;
    }

    /// <summary>The most frequent of both periods: what is gone is told too.</summary>
    private static List<LetterReason> Reasons(
        IReadOnlyList<ReasonCount> now, IReadOnlyList<ReasonCount> before, long recipients, long recipientsBefore)
    {
        var (counts, countsBefore) = (ByReason(now), ByReason(before));

        return
        [
            .. counts.Keys.Union(countsBefore.Keys)
                .Select(reason => new LetterReason(
                    reason, new(counts.GetValueOrDefault(reason), recipients, countsBefore.GetValueOrDefault(reason), recipientsBefore)))
                .OrderByDescending(reason => Math.Max(reason.Change.Cases, reason.Change.CasesBefore))
                .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
                .Take(MostReasons)
                .OrderByDescending(reason => reason.Change.Cases)
                .ThenBy(reason => reason.Reason, StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, long> ByReason(IEnumerable<ReasonCount> reasons) => reasons
        .GroupBy(reason => reason.Reason, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(reason => reason.Count), StringComparer.Ordinal);

    private static List<LetterReceiver> Receivers(IReadOnlyList<NamedCounters> now, IReadOnlyList<NamedCounters> before)
    {
        var earlier = before.ToDictionary(provider => provider.Name, provider => provider.Counters, StringComparer.Ordinal);

        return
        [
            .. now.Select(provider => new LetterReceiver(provider.Name, Change(provider.Counters, earlier.GetValueOrDefault(provider.Name))))
                .Where(receiver => receiver.Change.Verdict is RateVerdict.Up or RateVerdict.Down)
                .OrderByDescending(receiver => Math.Abs(receiver.Change.Rate!.Value - receiver.Change.RateBefore!.Value) * receiver.Change.Whole)
                .ThenBy(receiver => receiver.Provider, StringComparer.Ordinal)
                .Take(MostReceivers),
        ];
    }

    private static RateChange Change(Counters now, Counters before) =>
        new(now.SoftBounces + now.HardBounces, now.Recipients, before.SoftBounces + before.HardBounces, before.Recipients);
}
