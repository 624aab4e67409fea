using MailStats.Contracts;
using MailStats.Incidents.Detection;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Replies;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Attempts;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using Found = MailStats.Incidents.Detection.Incident;
using Incident = MailStats.Contracts.Incident;

namespace MailStats.Incidents.Telling;

/// <summary>Gathers what an incident is told with: its reasons, the replies that say it best, what waits, what is normal beside it.</summary>
internal sealed class EvidenceReader(IAttemptStore attempts, IDeliveryLog log, IIncidentStore incidents)
{
    /// <summary>Failures that are read for their replies.</summary>
    private const int MostFailures = 200;

    private const int MostReplies = 3;

    private const int MostExamples = 5;

    /// <summary>With a single other one, two tenants of one system would tell each other what happens to them.</summary>
    private const int LeastElsewhere = 2;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly TimeSpan Before = TimeSpan.FromHours(24);

    public async Task<Incident> ReadAsync(string tenantId, string id, Found found, Incident? before, CancellationToken cancellationToken)
    {
        var since = Steps.Start(found.Since);
        var last = Steps.Start(Math.Max(found.LastFailure, found.Since) + 1);
        var until = last - since > Longest ? since + Longest : last;
        var contrast = new Contrast(found);
        await attempts.ReadAsync(new StatisticsScope(tenantId), new(since, until), contrast.Add, cancellationToken);

        // What was before does not change: read once.
        if (!found.IsSilence && before?.Before is null)
        {
            await attempts.ReadAsync(new StatisticsScope(tenantId), new(since - Before, since), contrast.AddBefore, cancellationToken);
        }

        var reason = contrast.MainReason;
        var failures = reason is null ? [] : await FailuresAsync(tenantId, found, reason, since, until, cancellationToken);
        var replies = Replies(failures);
        var rate = found.Tried > 0 ? Share(found) : 0;

        return new()
        {
            Id = id,
            Kind = found.Kind,
            Domain = found.Place.Domain,
            Provider = found.Place.Provider,
            OutgoingIp = found.Place.OutgoingIp,
            StartedAt = before is { } known && known.StartedAt >= since && known.StartedAt < since + Steps.Length
                ? known.StartedAt
                : Minute(failures, since),
            OpenedAt = Steps.Start(found.Opened),
            ClosedAt = found.Ended is { } ended ? Steps.Start(ended) : null,
            Failed = (long)found.Failed,
            Waiting = found.Closed is null ? await WaitingAsync(tenantId, found, cancellationToken) : 0,
            PartOf = found.Within?.Id,
            Before = found.IsSilence ? null : before?.Before ?? contrast.Before,
            Since = found.IsSilence ? null : contrast.Since,
            Examples = Examples(failures),
            Rate = rate,
            UsualRate = Math.Min(1, found.UsualRate),
            Replies = [.. replies.Take(MostReplies).Select(Reply)],
            Summary = IncidentText.Summary(found, reason, rate),
            Advice = IncidentText.Advice(found.Kind, replies.Count > 0 ? replies[0].Example.Advice : failures.Count > 0 ? failures[0].Advice : null),
            Contrast = contrast.Told() + await ElsewhereAsync(tenantId, found, since, cancellationToken),
        };
    }

    /// <summary>Other tenants are the best control for a receiver's outage. It is told that there are some, never who or how many.</summary>
    private async Task<string> ElsewhereAsync(string tenantId, Found found, DateTimeOffset since, CancellationToken cancellationToken) =>
        found is { Kind: IncidentKind.ReceiverOutage, Place.Provider: { } provider }
        && await incidents.CountElsewhereAsync(tenantId, found.Kind, provider, since, cancellationToken) >= LeastElsewhere
            ? " Other senders have the same trouble there at the same time: it is the receiver's."
            : "";

    private static double Share(Found found)
    {
        var (tried, failed) = (0.0, 0.0);

        foreach (var (cell, count) in found.Cells)
        {
            if (found.Place.Covers(cell))
            {
                (tried, failed) = (tried + count.Tried, failed + count.Failed);
            }
        }

        return tried > 0 ? Math.Min(1, failed / tried) : 0;
    }

    private async Task<IReadOnlyList<ErrorEvent>> FailuresAsync(
        string tenantId, Found found, string reason, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var quarter = TimeSpan.FromMinutes(15);
        var page = await log.ErrorEventsAsync(
            new()
            {
                Scope = new(tenantId, found.Place.Domain),
                Range = new(Floor(since, quarter), Floor(until, quarter) + quarter),
                Reason = reason,
                Provider = found.Place.Provider,
                OutgoingIp = found.Place.OutgoingIp,
                Limit = MostFailures,
            },
            cancellationToken);

        return page.Items;
    }

    private async Task<long> WaitingAsync(string tenantId, Found found, CancellationToken cancellationToken)
    {
        var waiting = 0L;
        await attempts.ReadWaitingAsync(
            new StatisticsScope(tenantId, found.Place.Domain),
            delivery =>
            {
                if ((found.Place.Provider is null || found.Place.Provider == delivery.Provider) && found.IsOf(FailureClasses.Of(delivery.Reason)))
                {
                    waiting++;
                }
            },
            cancellationToken);

        return waiting;
    }

    private static IReadOnlyList<string> Examples(IReadOnlyList<ErrorEvent> failures) =>
    [
        .. failures.OrderBy(failure => failure.OccurredAt).ThenBy(failure => failure.To, StringComparer.Ordinal)
            .Select(failure => failure.Id.ToString()).Distinct(StringComparer.Ordinal).Take(MostExamples),
    ];

    /// <summary>The first failure that is known of the step in which it began.</summary>
    private static DateTimeOffset Minute(IReadOnlyList<ErrorEvent> failures, DateTimeOffset since) => failures
        .Select(failure => Floor(failure.OccurredAt, TimeSpan.FromMinutes(1)))
        .Where(at => at >= since && at < since + Steps.Length)
        .DefaultIfEmpty(since)
        .Min();

    /// <summary>What was said, the most frequent first.</summary>
    private static IReadOnlyList<(ErrorEvent Example, int Count)> Replies(IReadOnlyList<ErrorEvent> failures) =>
    [
        .. failures
            .Where(failure => !string.IsNullOrEmpty(failure.Detail))
            .GroupBy(failure => ReplyFingerprint.Of(failure.ReplyCode ?? 0, failure.EnhancedCode, failure.Detail), StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.MinBy(failure => (failure.OccurredAt, failure.To))!, group.Count())),
    ];

    private static IncidentReply Reply((ErrorEvent Example, int Count) said) => new()
    {
        Text = said.Example.Detail!,
        SmtpCode = said.Example.ReplyCode,
        EnhancedCode = said.Example.EnhancedCode,
        Documentation = said.Example.Documentation,
        Count = said.Count,
    };

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan length) => new(at.UtcTicks - (at.UtcTicks % length.Ticks), TimeSpan.Zero);
}
