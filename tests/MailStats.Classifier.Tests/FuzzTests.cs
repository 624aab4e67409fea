using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

public partial class FuzzTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    private static readonly SmtpReply[] Corpus =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "own-replies.jsonl")).Select(line => LabelledReply.Read(line).Reply),
        .. SharedCorpusTests.FindShared("corpora/replies/replies.jsonl") is { } shared
            ? File.ReadLines(shared).Select(line => LabelledReply.Read(line).Reply)
            : [],
    ];

    private static readonly string[] Spaces = [" ", "  ", "\t", "\r\n", "\n ", " \u00a0", "\u3000"];

    [Fact]
    public void Any_text_gets_an_answer() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                ArbMap.Default.ArbFor<string>(),
                ArbMap.Default.ArbFor<int>(),
                (text, host, code) => Answers(new SmtpReply { Code = code, EnhancedCode = host, Text = text, Host = host, RecipientDomain = text })));

    [Fact]
    public void A_damaged_reply_gets_an_answer_and_the_same_one_again()
    {
        var damaged =
            from reply in Gen.Elements(Corpus)
            from other in Gen.Elements(Corpus)
            from first in Gen.Choose(0, 10_000)
            from second in Gen.Choose(0, 10_000)
            from what in Gen.Choose(0, 4)
            from c in Gen.Choose(0, char.MaxValue)
            select reply with { Text = Damage(reply.Text ?? string.Empty, other.Text ?? string.Empty, first, second, what, (char)c) };

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(damaged.ToArbitrary(), Answers));
    }

    [Fact]
    public void Case_does_not_matter() =>
        AssertSameForAll(reply => reply with { Text = reply.Text!.ToUpperInvariant(), Host = reply.Host?.ToUpperInvariant() });

    [Fact]
    public void Spacing_does_not_matter()
    {
        var random = new Random(7);
        AssertSameForAll(reply => reply with
        {
            Text = string.Concat(reply.Text!.Trim().Select(c => c == ' ' ? Spaces[random.Next(Spaces.Length)] : c.ToString())) + "\r\n",
        });
    }

    [Fact]
    public void The_folding_of_lines_does_not_matter()
    {
        var random = new Random(11);
        AssertSameForAll(reply => reply with { Text = Fold(reply.Text!, random) });
    }

    [Fact]
    public void Addresses_hosts_addresses_and_numbers_do_not_matter() =>
        AssertSameForAll(reply => reply with
        {
            Text = reply.Text!
                .Replace("ann@shop.example", "zoe.van+der=berg@sub.other.example", StringComparison.Ordinal)
                .Replace("198.51.100.3", "203.0.113.77", StringComparison.Ordinal),
        });

    [Fact]
    public void A_long_tail_of_anything_is_cut() =>
        Assert.All(Corpus.Take(50), reply => Answers(reply with { Text = reply.Text + new string('\u4e00', 200_000) }));

    [Fact]
    public void What_is_remembered_is_what_would_be_found_again()
    {
        var pairs =
            from reply in Gen.Elements(Corpus)
            from text in Gen.Elements(Corpus)
            from final in Gen.Elements<bool?>(null, true, false)
            from cut in Gen.Choose(0, 200)
            select reply with { Final = final, Text = (text.Text ?? string.Empty)[Math.Min(cut, text.Text?.Length ?? 0)..] };

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(pairs.ToArbitrary(), reply => Classifier.Classify(reply) == new ReplyClassifier([RuleBook.BuiltIn], remembers: false).Classify(reply)));
    }

    private static void AssertSameForAll(Func<SmtpReply, SmtpReply> change) =>
        Assert.All(Corpus.Where(reply => !string.IsNullOrWhiteSpace(reply.Text)), reply =>
        {
            var before = Classifier.Classify(reply);
            var after = Classifier.Classify(change(reply));

            Assert.Equal((before.Rule, before.Hard, before.Permanent), (after.Rule, after.Hard, after.Permanent));
        });

    private static bool Answers(SmtpReply reply)
    {
        var verdict = Classifier.Classify(reply);

        return verdict.Advice.Length > 0
            && RuleBook.BuiltIn.Reasons.ContainsKey(verdict.Reason)
            && verdict.Unknown == (verdict.Rule is null && verdict.Reason == Reason.Unknown)
            && verdict == Classifier.Classify(reply);
    }

    private static string Damage(string text, string other, int from, int to, int what, char c)
    {
        var start = Math.Min(from, to) % (text.Length + 1);
        var end = Math.Clamp(Math.Max(from, to) % (text.Length + 1), start, text.Length);

        return what switch
        {
            0 => text[..start] + text[end..],
            1 => text[..start] + c + text[start..],
            2 => text[..start] + other + text[start..],
            3 => text[start..] + text[..start],
            _ => text[..start] + new string(c, 5000) + text[end..],
        };
    }

    /// <summary>Lines of a few words, each with the codes in front, as servers send and some sources join them.</summary>
    private static string Fold(string text, Random random)
    {
        if (Head().Match(text) is not { Success: true } head || text.Contains('\n', StringComparison.Ordinal))
        {
            return text;
        }

        var lines = new List<string>();
        var line = new StringBuilder();

        foreach (var word in text[head.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);

            if (random.Next(4) == 0)
            {
                lines.Add(line.ToString());
                line.Clear();
            }
        }

        lines.Add(line.ToString());
        var codes = head.Groups["enhanced"].Value.Length > 0 ? head.Groups["enhanced"].Value + " " : string.Empty;

        return string.Join(
            random.Next(2) == 0 ? "\r\n" : " ",
            lines.Select((part, index) => string.Create(
                CultureInfo.InvariantCulture, $"{head.Groups["code"].Value}{(index < lines.Count - 1 ? '-' : ' ')}{codes}{part}")));
    }

    [GeneratedRegex(@"^(?<code>[245]\d\d) (?<enhanced>[245]\.\d{1,3}\.\d{1,3})? ?")]
    private static partial Regex Head();
}
