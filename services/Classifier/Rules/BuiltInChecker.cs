using System.Text.RegularExpressions;
using MailStats.Classifier.Files;

namespace MailStats.Classifier.Rules;

/// <summary>
/// What is asked of the rules that come with the classifier beyond what <see cref="RuleChecker"/> asks of any: nothing in them may
/// contradict itself, outrank what a reply says in words, or call an address bad without speaking of it.
/// </summary>
internal static partial class BuiltInChecker
{
    private const int MatchMilliseconds = 1_000;

    private static readonly string[] _aboutLists = ["lists.rules", RuleFiles.Links];

    private static readonly string[] _otherLanguages = ["languages-west.rules", "languages-north.rules", "languages-east.rules", "languages-asia.rules"];

    /// <returns>Every mistake, in words that name file, line and rule; empty when there is none.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<Rule> rules, IReadOnlyList<RuleBlock> receivers)
    {
        var mistakes = new List<string>();
        CheckTokens(rules, mistakes);
        CheckReceivers(receivers, mistakes);

        foreach (var rule in rules)
        {
            CheckLinks(rule, mistakes);
            CheckSubject(rule, mistakes);
        }

        return mistakes;
    }

    /// <summary>A receiver's token means one thing: in two rules with different reasons, which of them counts would be chance.</summary>
    private static void CheckTokens(IReadOnlyList<Rule> rules, List<string> mistakes)
    {
        var tokens = rules.SelectMany(rule => rule.Phrases
            .Where(pattern => pattern.Stages.Count == 1)
            .SelectMany(pattern => pattern.Stages[0].Fragments)
            .Where(fragment => Token().IsMatch(fragment))
            .Select(fragment => (Rule: rule, Token: fragment)))
            .ToArray();

        for (var first = 0; first < tokens.Length; first++)
        {
            for (var second = first + 1; second < tokens.Length; second++)
            {
                var (one, other) = (tokens[first], tokens[second]);

                if (one.Rule.Reason.Id != other.Rule.Reason.Id && one.Rule.When.Overlaps(other.Rule.When) && TakesAway(one.Token, other.Token))
                {
                    mistakes.Add($"{one.Rule.Place} ({one.Rule.Id}): the token \"{one.Token}\" also stands in {other.Rule.Id}, which gives another reason");
                }
            }
        }
    }

    private static void CheckReceivers(IReadOnlyList<RuleBlock> receivers, List<string> mistakes)
    {
        foreach (var block in receivers.Where(block => string.IsNullOrWhiteSpace(block.Find("source"))))
        {
            mistakes.Add($"{block}: a receiver without a source");
        }

        var hosts = receivers.SelectMany(block => block.Words("hosts").Select(host => (Host: host, Block: block)));

        foreach (var claimed in hosts.GroupBy(entry => entry.Host, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var others = string.Join(" and ", claimed.Skip(1).Select(entry => entry.Block.Name));
            mistakes.Add($"{claimed.First().Block}: the host {claimed.Key} also belongs to {others}");
        }
    }

    /// <summary>A page that a reply links to says less than its words: only where the words say nothing it may decide.</summary>
    private static void CheckLinks(Rule rule, List<string> mistakes)
    {
        if (!_aboutLists.Any(file => StandsIn(rule, file))
            && rule.Phrases
                .SelectMany(pattern => pattern.Stages)
                .SelectMany(stage => stage.Fragments)
                .FirstOrDefault(fragment => Link().IsMatch(fragment)) is { } link)
        {
            mistakes.Add($"{rule.Place} ({rule.Id}): \"{link}\" is a link, which belongs into {RuleFiles.Links}");
        }
    }

    /// <summary>Whoever calls an address bad must speak of it: of a mailbox, a person, an address or a domain.</summary>
    private static void CheckSubject(Rule rule, List<string> mistakes)
    {
        if (!(rule.Hard ?? rule.Reason.Hard)
            || rule.When.Enhanced.Count > 0
            || rule.When.Receivers.Count > 0
            || _otherLanguages.Any(file => StandsIn(rule, file)))
        {
            return;
        }

        foreach (var pattern in rule.Phrases.Where(pattern => !pattern.Stages.Any(stage => stage.Fragments.Any(SpeaksOfAnAddress))))
        {
            mistakes.Add($"{rule.Place} ({rule.Id}): \"{pattern.Source}\" makes an address bad and does not speak of one");
        }
    }

    private static bool SpeaksOfAnAddress(string fragment) => Subject().IsMatch(fragment) || Token().IsMatch(fragment);

    private static bool StandsIn(Rule rule, string file) => rule.Place.StartsWith(file + " ", StringComparison.Ordinal);

    /// <summary>Whether the rule that stands before takes the token away from the one behind. A narrow token before a wide one is in order.</summary>
    private static bool TakesAway(string before, string behind)
    {
        var (first, second) = (before.TrimEnd('*'), behind.TrimEnd('*'));

        return first == second || before.EndsWith('*') && second.StartsWith(first, StringComparison.Ordinal);
    }

    /// <summary>One word with a digit or a sign in it, as in <c>ib705</c>, <c>p=nosuchuser</c>, <c>aup#cxdns</c>.</summary>
    [GeneratedRegex(@"^[a-z\[(_]*[0-9=#_:][a-z0-9=#_:.\-\])]*\*?$|^[a-z]+-[a-z]*[0-9]+$", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Token();

    [GeneratedRegex(
        @"://|www\.|\.[a-z]{2,}/|linkid=|answer=|^[a-z.]+\.(office|google|microsoft|live|apple)\.com$", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Link();

    /// <summary>Words for a mailbox, its owner, an address or a domain, and what only they can be: left, unpaid, no longer here.</summary>
    [GeneratedRegex(
        @"user|recipient|mailbox|mail (box|drop|hosts)|maildrop|account|address|inbox|alias|rcpt|person|customer|subscriber|qqid|entry"
        + @"|local.?part|domain|host|\bmx\b|nobody|company|member|moved|retired|deceased|here|no longer|activity|log(ged)?\b|unpaid|receiving|smtp service"
        + @"|inbox|resolver\.adr|reject all|at all|(accepts|takes|receives)\b|not exist|lookup failure|spelling",
        RegexOptions.ExplicitCapture,
        MatchMilliseconds)]
    private static partial Regex Subject();
}
