using System.Collections.Concurrent;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Stores.Replies;
using Microsoft.Extensions.Options;

namespace MailStats.Classifier.OwnRules;

/// <summary>
/// The classifier of each tenant: its own rules, then those of the rules file, then those that come with MailStats. A
/// tenant that never had a rule shares one with all others.
/// </summary>
internal sealed partial class TenantClassifiers(
    IReplyRuleStore rules, IOptions<ClassifierOptions> options, TimeProvider time, ILogger<TenantClassifiers> logger) : IDisposable
{
    private readonly RuleBook[] _shared = options.Value.RulesFile is { Length: > 0 } file
        ? [RuleBook.ReadOperators(file, File.ReadAllText(file)), RuleBook.BuiltIn]
        : [RuleBook.BuiltIn];

    private readonly ConcurrentDictionary<string, ReplyClassifier> _own = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private volatile KnownRevisions? _revisions;
    private ReplyClassifier? _common;

    /// <summary>The classifier of a tenant, by rules that are as old as <see cref="ClassifierOptions.RulesKnownAfterSeconds"/> at most.</summary>
    public ValueTask<ReplyClassifier> ForAsync(string tenantId, CancellationToken cancellationToken)
    {
        var revisions = _revisions;

        return revisions is not null && time.GetElapsedTime(revisions.ReadAt).TotalSeconds < options.Value.RulesKnownAfterSeconds
            && TryGet(tenantId, revisions, out var classifier)
                ? ValueTask.FromResult(classifier)
                : LoadAsync(tenantId, cancellationToken);
    }

    /// <summary>The classifier a tenant would have with one rule more.</summary>
    public async Task<TriedRule> WithAsync(ReplyRule rule, CancellationToken cancellationToken)
    {
        var set = await rules.FindAsync(rule.TenantId, cancellationToken);
        var replaced = set.Rules.Where(other => other.Id == rule.Id);

        return new(
            new ReplyClassifier([OwnRuleBook.Compile([rule, .. replaced], _ => { })], remembers: false),
            await ForAsync(rule.TenantId, cancellationToken),
            Make(set with { Rules = [rule, .. set.Rules.Where(other => other.Id != rule.Id)] }));
    }

    /// <summary>Forgets how old the rules are: the next question reads them anew.</summary>
    public void Forget() => _revisions = null;

    public void Dispose() => _refreshing.Dispose();

    private async ValueTask<ReplyClassifier> LoadAsync(string tenantId, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);

        try
        {
            var revisions = _revisions;

            if (revisions is null || time.GetElapsedTime(revisions.ReadAt).TotalSeconds >= options.Value.RulesKnownAfterSeconds)
            {
                revisions = new KnownRevisions(time.GetTimestamp(), await rules.RevisionsAsync(cancellationToken));
                _revisions = revisions;
            }

            if (!TryGet(tenantId, revisions, out var classifier))
            {
                classifier = Make(await rules.FindAsync(tenantId, cancellationToken));
                _own[tenantId] = classifier;
            }

            return classifier;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private bool TryGet(string tenantId, KnownRevisions revisions, out ReplyClassifier classifier)
    {
        if (!revisions.Of.TryGetValue(tenantId, out var revision))
        {
            classifier = _common ??= new ReplyClassifier(_shared);

            return true;
        }

        return _own.TryGetValue(tenantId, out classifier!) && classifier.Revision >= revision;
    }

    private ReplyClassifier Make(ReplyRuleSet set) => set.Rules.Count == 0
        ? new ReplyClassifier(_shared, set.Revision)
        : new ReplyClassifier([OwnRuleBook.Compile(set.Rules, rule => LogSetAside(logger, rule.Id, rule.TenantId)), .. _shared], set.Revision);

    [LoggerMessage(
        LogLevel.Error,
        "Rule {RuleId} of tenant {TenantId} cannot be used by this release and is set aside: GET /v1/reply-rules says why. Mend or remove it")]
    private static partial void LogSetAside(ILogger logger, string ruleId, string tenantId);

    private sealed record KnownRevisions(long ReadAt, IReadOnlyDictionary<string, long> Of);
}

/// <summary>What trying a rule needs.</summary>
/// <param name="Probe">Knows the rule alone, and the one that it would replace: what neither holds for stays as it is.</param>
/// <param name="Now">The tenant's classifier.</param>
/// <param name="Then">The same with the rule.</param>
internal sealed record TriedRule(ReplyClassifier Probe, ReplyClassifier Now, ReplyClassifier Then);
