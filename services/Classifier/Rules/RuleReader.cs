using MailStats.Classifier.Files;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Rules;

/// <summary>Makes reasons and rules of blocks. Collects every mistake instead of stopping at the first.</summary>
internal sealed class RuleReader(List<string> mistakes)
{
    private static readonly string[] Keys =
        ["unless", "code", "enhanced", "at", "after", "hard", "soft", "finding", "whole", "advice", "link", "list", "lookup", "missing"];

    public IReadOnlyList<Reason> ReadReasons(IEnumerable<RuleBlock> blocks)
    {
        var reasons = new List<Reason>();

        foreach (var block in blocks)
        {
            var actor = block.Find("actor") ?? string.Empty;

            if (!Reason.Actors.Contains(actor))
            {
                mistakes.Add($"{block}: \"{actor}\" is none of {string.Join(", ", Reason.Actors)}");
            }

            if (string.IsNullOrWhiteSpace(block.Find("advice")))
            {
                mistakes.Add($"{block}: a reason without advice");
            }

            reasons.Add(new Reason(block.Name, block.Has("hard"), actor, Advice(block) ?? new AdviceTemplate(string.Empty), block.Find("link")));
        }

        return reasons;
    }

    public IReadOnlyList<Rule> ReadRules(IEnumerable<RuleBlock> blocks, IReadOnlyDictionary<string, Reason> reasons)
    {
        var rules = new List<Rule>();

        foreach (var block in blocks)
        {
            foreach (var (key, _) in block.Properties.Where(property => !Keys.Contains(property.Key)))
            {
                mistakes.Add($"{block}: \"{key}\" is none of {string.Join(", ", Keys)}");
            }

            if (!reasons.TryGetValue(block.Value, out var reason))
            {
                mistakes.Add($"{block}: there is no reason \"{block.Value}\"");
                continue;
            }

            rules.Add(new Rule
            {
                Id = block.Name,
                Reason = reason,
                Phrases = Patterns(block, block.Items),
                Unless = Patterns(block, block.Properties.Where(property => property.Key == "unless").Select(property => property.Value)),
                When = Condition(block),
                Hard = block.Has("hard") ? true : block.Has("soft") ? false : null,
                Finding = block.Has("finding"),
                Whole = block.Has("whole"),
                Advice = Advice(block),
                Documentation = block.Find("link"),
                List = block.Find("list"),
                Lookup = block.Find("lookup"),
                Missing = block.Find("missing"),
                Place = $"{block.File} line {block.Line}",
            });
        }

        return rules;
    }

    private List<Pattern> Patterns(RuleBlock block, IEnumerable<string> sources)
    {
        var patterns = new List<Pattern>();

        foreach (var source in sources)
        {
            Try(block, () => patterns.Add(Pattern.Parse(source)));
        }

        return patterns;
    }

    private RuleCondition Condition(RuleBlock block)
    {
        var codes = new List<(int, int)>();
        var enhanced = new List<EnhancedRange>();

        foreach (var word in Words(block.Find("code")))
        {
            Try(block, () => codes.Add(RuleCondition.ParseCode(word)));
        }

        foreach (var word in Words(block.Find("enhanced")))
        {
            Try(block, () => enhanced.Add(EnhancedRange.Parse(word)));
        }

        var phases = new List<SmtpPhase>();

        foreach (var word in Words(block.Find("after")))
        {
            Try(block, () => phases.Add(RuleCondition.ParsePhase(word)));
        }

        return new RuleCondition(codes, enhanced, block.Find("at")?.Split(',', StringSplitOptions.TrimEntries) ?? [], phases);
    }

    private AdviceTemplate? Advice(RuleBlock block)
    {
        AdviceTemplate? template = null;

        if (block.Find("advice") is { } source)
        {
            Try(block, () => template = new AdviceTemplate(source));
        }

        return template;
    }

    private void Try(RuleBlock block, Action read)
    {
        try
        {
            read();
        }
        catch (FormatException mistake)
        {
            mistakes.Add($"{block}: {mistake.Message}");
        }
    }

    private static string[] Words(string? value) => value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
