using MailStats.Classifier.Deliveries;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.Mail.Replies;
using MailStats.Stores.Replies;

namespace MailStats.Classifier.OwnRules;

/// <summary>Tries rules against past failures.</summary>
internal sealed class ReplyRuleTrials(IReplyHistory history)
{
    private const int MostFailures = 20_000;
    private const int PageSize = 1000;
    private const int MostGroups = 50;

    public async Task<ReplyRuleTrial> RunAsync(string tenantId, ReplyClassifier now, ReplyClassifier then, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<(string Fingerprint, string Now, string Then, bool HardNow, bool HardThen), (int Count, DeliveryEvent Example)>();
        var examined = 0;
        var changed = 0;
        string? cursor = null;

        do
        {
            var page = await history.FailuresAsync(new ReplyHistoryQuery { TenantId = tenantId, Cursor = cursor, Limit = PageSize }, cancellationToken);

            foreach (var failure in page.Items)
            {
                examined++;
                var reply = FailedReply.Of(failure.Event);
                var before = now.Weigh(failure.Event, now.Classify(reply));
                var after = then.Weigh(failure.Event, then.Classify(reply));

                if (before.Rule == after.Rule)
                {
                    continue;
                }

                changed++;
                var key = (ReplyFingerprint.Of(reply.Code, reply.EnhancedCode, reply.Text), before.Reason, after.Reason, before.Hard, after.Hard);
                groups[key] = groups.TryGetValue(key, out var group) ? (group.Count + 1, group.Example) : (1, failure.Event);
            }

            cursor = page.Next;
        }
        while (cursor is not null && examined < MostFailures);

        return new ReplyRuleTrial(
            examined,
            cursor is null,
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
}

/// <param name="Examined">Past failures that were looked at, latest first.</param>
/// <param name="Complete">True when that was all there are.</param>
/// <param name="Matched">Failures that the rule would decide.</param>
/// <param name="Groups">The most frequent kinds of reply among them.</param>
public sealed record ReplyRuleTrial(int Examined, bool Complete, int Matched, IReadOnlyList<ReplyRuleTrialGroup> Groups);

/// <summary>Replies of one kind that the rule would decide.</summary>
public sealed record ReplyRuleTrialGroup(
    string Fingerprint, int Count, string ReasonNow, string ReasonThen, bool HardNow, bool HardThen, string? Example);
