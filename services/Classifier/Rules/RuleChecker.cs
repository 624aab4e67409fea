using MailStats.Mail.Replies;

namespace MailStats.Classifier.Rules;

/// <summary>Finds rules that cannot do what they say: it asks the book about replies made from each of them.</summary>
internal static class RuleChecker
{
    private const int MostExamples = 400;

    /// <returns>Every mistake, in words that name file, line and rule; empty when there is none.</returns>
    public static IReadOnlyList<string> Check(RuleBook book, IReadOnlyCollection<string> receivers)
    {
        var mistakes = new List<string>(CheckRules(book, receivers));

        foreach (var idle in book.Reasons.Keys.Except(book.Rules.Select(rule => rule.Reason.Id)).Where(id => id != Reason.Unknown))
        {
            mistakes.Add($"no rule gives the reason {idle}");
        }

        return mistakes;
    }

    /// <summary>The same without asking that every reason has a rule.</summary>
    public static IReadOnlyList<string> CheckRules(RuleBook book, IReadOnlyCollection<string> receivers)
    {
        var mistakes = new List<string>();

        foreach (var repeated in book.Rules.GroupBy(rule => rule.Id).Where(group => group.Count() > 1))
        {
            mistakes.Add($"{string.Join(" and ", repeated.Select(rule => rule.Place))}: two rules are called {repeated.Key}");
        }

        foreach (var rule in book.Rules)
        {
            CheckForm(rule, receivers, mistakes);
            CheckReach(book, rule, mistakes);
        }

        return mistakes;
    }

    private static void CheckForm(Rule rule, IReadOnlyCollection<string> receivers, List<string> mistakes)
    {
        if (rule.Phrases.Count == 0 && rule.When.IsEmpty)
        {
            mistakes.Add($"{rule.Place} ({rule.Id}): looks for nothing and so would hold for every reply");
        }

        foreach (var receiver in rule.When.Receivers.Except(receivers))
        {
            mistakes.Add($"{rule.Place} ({rule.Id}): there is no receiver \"{receiver}\"");
        }

        foreach (var pattern in rule.Phrases.Concat(rule.Unless))
        {
            var odd = pattern.Stages.SelectMany(stage => stage.Fragments).FirstOrDefault(fragment => !IsNormal(fragment.Trim('*')));

            if (odd is not null)
            {
                mistakes.Add($"{rule.Place} ({rule.Id}): \"{odd}\" never stands like this in a reply in normal form");
            }
        }
    }

    private static void CheckReach(RuleBook book, Rule rule, List<string> mistakes)
    {
        var (code, enhanced) = rule.When.Example();
        var receiver = rule.When.Receivers.Count > 0 ? rule.When.Receivers[0] : null;
        var phase = rule.When.Phases.Count > 0 ? rule.When.Phases[0] : SmtpPhase.Unknown;

        if (rule.Phrases.Count == 0)
        {
            if (book.Find(string.Empty, code, enhanced, receiver, phase) is var winner && winner != rule)
            {
                mistakes.Add($"{rule.Place} ({rule.Id}): is never reached, {winner?.Id ?? "nothing"} stands before it");
            }

            return;
        }

        foreach (var pattern in rule.Phrases)
        {
            Rule? before = null;
            var reached = false;

            foreach (var example in pattern.Examples(MostExamples))
            {
                var winner = book.Find(example, code, enhanced, receiver, phase);
                reached = winner == rule;

                if (reached)
                {
                    break;
                }

                before ??= winner;
            }

            if (!reached)
            {
                mistakes.Add($"{rule.Place} ({rule.Id}): \"{pattern.Source}\" is never reached, {before?.Id ?? "its own unless"} stands before it");
            }
        }
    }

    /// <summary>Whether the normalizer leaves the fragment alone, so that it can occur in what the normalizer makes.</summary>
    private static bool IsNormal(string fragment)
    {
        var text = "x " + fragment;

        return ReplyNormalizer.Normalize(text, 0, new char[text.Length * ReplyNormalizer.LargestGrowth]).Text[2..].SequenceEqual(fragment);
    }
}
