using MailStats.Classifier.Receivers;
using MailStats.Classifier.Rules;
using MailStats.Mail.Replies;
using MailStats.Stores.Replies;

namespace MailStats.Classifier.OwnRules;

/// <summary>Makes a book of an operator's rules.</summary>
internal static class OwnRuleBook
{
    /// <summary>What a rule's id begins with in a verdict, so that nobody takes it for one that comes with MailStats.</summary>
    public const string IdPrefix = "own/";

    /// <summary>Receivers that the rules of one book may name.</summary>
    private const int MostReceivers = 64;

    /// <summary>
    /// A book of the rules that can be used. A saved rule had no mistakes, but a later release may no longer know what it
    /// names: it is set aside, and the others and everybody's mail go on.
    /// </summary>
    /// <param name="rules">Latest first.</param>
    /// <param name="setAside">Told of each rule that is left out.</param>
    public static RuleBook Compile(IReadOnlyList<ReplyRule> rules, Action<ReplyRule> setAside)
    {
        var usable = new List<Rule>();
        var receivers = new HashSet<string>(StringComparer.Ordinal);

        foreach (var rule in rules)
        {
            if (Compile(rule, (_, _) => { }) is { } compiled && receivers.Union(rule.Receivers).Count() <= MostReceivers)
            {
                receivers.UnionWith(rule.Receivers);
                usable.Add(compiled);
            }
            else
            {
                setAside(rule);
            }
        }

        return RuleBook.Compile(RuleBook.BuiltIn.Reasons, usable, ReceivingProvider.Blocks);
    }

    /// <summary>What keeps a saved rule from being used, field by field; empty for one that is used.</summary>
    public static IReadOnlyList<string> MistakesIn(ReplyRule rule)
    {
        var mistakes = new List<string>();
        Compile(rule, (field, mistake) => mistakes.Add($"{field}: {mistake}"));

        return mistakes;
    }

    /// <summary>The rule, null when it has mistakes; each is told with the name of its field.</summary>
    public static Rule? Compile(ReplyRule rule, Action<string, string> tell)
    {
        var told = false;

        if (!RuleBook.BuiltIn.Reasons.TryGetValue(rule.Reason, out var reason) || reason.Id == Reason.Unknown)
        {
            Tell("reason", $"must be one of {string.Join(", ", RuleBook.BuiltIn.Reasons.Keys.Where(id => id != Reason.Unknown).Order())}");
        }

        if (rule.Phrases.Count == 0 && rule.Codes.Count == 0 && rule.EnhancedCodes.Count == 0 && rule.Fingerprint is null)
        {
            Tell("phrases", "needs a phrase, a code or a fingerprint to look for");
        }

        if (rule.Fingerprint is { } fingerprint && (fingerprint.Length != ReplyFingerprint.Length || !fingerprint.All(char.IsAsciiHexDigitLower)))
        {
            Tell("fingerprint", $"must be the {ReplyFingerprint.Length} hexadecimal digits that GET /v1/unknown-replies gives");
        }

        var names = ReceivingProvider.Blocks.Select(block => block.Name).ToHashSet(StringComparer.Ordinal);

        foreach (var receiver in rule.Receivers.Where(receiver => !names.Contains(receiver)))
        {
            Tell("receivers", $"there is no receiver \"{receiver}\"");
        }

        var phrases = rule.Phrases.Select(phrase => Read("phrases", phrase, Phrase)).OfType<Pattern>().ToArray();
        var unless = rule.Unless.Select(phrase => Read("unless", phrase, Phrase)).OfType<Pattern>().ToArray();
        var codes = rule.Codes.Select(code => Read("codes", code, text => ((int, int)?)RuleCondition.ParseCode(text))).OfType<(int, int)>().ToArray();
        var enhanced = rule.EnhancedCodes
            .Select(code => Read("enhancedCodes", code, text => (EnhancedRange?)EnhancedRange.Parse(text)))
            .OfType<EnhancedRange>()
            .ToArray();
        var advice = rule.Advice is { Length: > 0 } source ? Read("advice", source, text => new AdviceTemplate(text)) : null;

        return told ? null : new Rule
        {
            Id = IdPrefix + rule.Id,
            Reason = reason!,
            Phrases = phrases,
            Unless = unless,
            When = new RuleCondition(codes, enhanced, rule.Receivers, []),
            Fingerprint = rule.Fingerprint,
            Whole = rule.Fingerprint is not null,
            Hard = rule.Hard,
            Finding = rule.Hard == true,
            Advice = advice,
            Documentation = rule.Documentation,
            Place = rule.Id,
        };

        void Tell(string field, string mistake)
        {
            told = true;
            tell(field, mistake);
        }

        T? Read<T>(string field, string text, Func<string, T> read)
        {
            try
            {
                return read(text);
            }
            catch (FormatException mistake)
            {
                Tell(field, mistake.Message);

                return default;
            }
        }
    }

    /// <summary>Operators write phrases as they read them; they are looked for in replies in normal form.</summary>
    private static Pattern Phrase(string text)
    {
        // A word in front keeps the start from being read as the codes of a reply.
        var source = "x " + text;
        var buffer = new char[Math.Min(source.Length, ReplyNormalizer.MaximumLength + 1) * ReplyNormalizer.LargestGrowth];
        var normal = ReplyNormalizer.Normalize(source, 0, buffer).Text;

        return Pattern.Parse(normal[1..].Trim().ToString());
    }
}
