using System.Collections.Concurrent;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.Mail.Replies;
using MailStats.ServiceDefaults;
using MailStats.Stores.Replies;

namespace MailStats.Classifier.OwnRules;

/// <summary>
/// Tries rules against past failures. Most failures are none of a rule's business: they are looked at with the rule alone, and
/// only where it holds are all rules asked, without and with it.
/// </summary>
internal sealed class ReplyRuleTrials(IReplyHistory history, TenantClassifiers classifiers, TimeProvider time) : IDisposable
{
    public const string RetryAfterSeconds = "2";

    /// <summary>More than a rule is judged by.</summary>
    private const int MostFailures = 20_000;

    private const int PageSize = 1000;
    private const int MostGroups = 50;

    /// <summary>The time that somebody waits for an answer, and that a processor is kept from classifying mail.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    // One of a tenant, and together no more than half of the processors.
    private readonly ConcurrentDictionary<string, bool> _tenants = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _processors = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Null when the tenant has a trial under way, or others have all that are allowed at once.</summary>
    public async Task<ReplyRuleTrial?> TryRunAsync(ReplyRule rule, CancellationToken cancellationToken)
    {
        if (!_tenants.TryAdd(rule.TenantId, true))
        {
            return null;
        }

        try
        {
            if (!await _processors.WaitAsync(Budget, cancellationToken))
            {
                return null;
            }

            try
            {
                return await RunAsync(rule, cancellationToken);
            }
            finally
            {
                _processors.Release();
            }
        }
        finally
        {
            _tenants.TryRemove(rule.TenantId, out _);
        }
    }

    public void Dispose() => _processors.Dispose();

    private async Task<ReplyRuleTrial> RunAsync(ReplyRule rule, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var tried = await classifiers.WithAsync(rule, cancellationToken);
        var groups = new Dictionary<(string Fingerprint, string Now, string Then, bool HardNow, bool HardThen), (int Count, DeliveryEvent Example)>();
        var (examined, changed) = (0, 0);
        var stoppedBy = (TrialStop?)null;
        string? cursor = null;

        do
        {
            var page = await history.FailuresAsync(new ReplyHistoryQuery { TenantId = rule.TenantId, Cursor = cursor, Limit = PageSize }, cancellationToken);
            cursor = page.Next;

            for (var index = 0; index < page.Items.Count && stoppedBy is null; index++)
            {
                var failure = page.Items[index].Event;
                var reply = FailedReply.Of(failure);
                examined++;
                stoppedBy = time.GetElapsedTime(started) >= Budget ? TrialStop.Time : null;

                if (!IsOwn(tried.Probe.Classify(reply)))
                {
                    continue;
                }

                var (before, after) = (tried.Now.Weigh(failure, tried.Now.Classify(reply)), tried.Then.Weigh(failure, tried.Then.Classify(reply)));

                if ((before.Rule, before.Reason, before.Hard) == (after.Rule, after.Reason, after.Hard))
                {
                    continue;
                }

                changed++;
                var key = (ReplyFingerprint.Of(reply.Code, reply.EnhancedCode, reply.Text), before.Reason, after.Reason, before.Hard, after.Hard);
                groups[key] = groups.TryGetValue(key, out var group) ? (group.Count + 1, group.Example) : (1, failure);
            }

            stoppedBy ??= examined >= MostFailures && cursor is not null ? TrialStop.Failures : null;
        }
        while (cursor is not null && stoppedBy is null);

        return new ReplyRuleTrial(
            examined,
            stoppedBy is null,
            stoppedBy,
            changed,
            [.. groups.OrderByDescending(group => group.Value.Count).Take(MostGroups).Select(group => new ReplyRuleTrialGroup(
                group.Key.Fingerprint,
                group.Value.Count,
                group.Key.Now,
                group.Key.Then,
                group.Key.HardNow,
                group.Key.HardThen,
                group.Value.Example.ReplyText))]);
    }

    private static bool IsOwn(Classification classification) =>
        classification.Rule?.StartsWith(OwnRuleBook.IdPrefix, StringComparison.Ordinal) == true;
}

/// <summary>What ended a trial before all failures were looked at.</summary>
public enum TrialStop
{
    /// <summary>As many failures as a trial looks at.</summary>
    Failures = 0,

    /// <summary>The time that a trial may take.</summary>
    Time = 1,
}

/// <param name="Examined">Past failures that were looked at, latest first.</param>
/// <param name="Complete">True when that was all there are.</param>
/// <param name="StoppedBy">What ended it before that; null when it is complete.</param>
/// <param name="Matched">Failures that the rule would decide.</param>
/// <param name="Groups">The most frequent kinds of reply among them.</param>
public sealed record ReplyRuleTrial(int Examined, bool Complete, TrialStop? StoppedBy, int Matched, IReadOnlyList<ReplyRuleTrialGroup> Groups);

/// <summary>Replies of one kind that the rule would decide.</summary>
public sealed record ReplyRuleTrialGroup(
    string Fingerprint, int Count, [property: Reason] string ReasonNow, [property: Reason] string ReasonThen, bool HardNow, bool HardThen, string? Example);
