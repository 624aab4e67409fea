using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

/// <summary>Replies in the words of the MTAs and receivers whose documentation and sources are public, addresses and hosts made up.</summary>
public class OwnRepliesTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "own-replies.jsonl"));

    public static TheoryData<string> Replies => [.. Lines];

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_known_reply_gets_its_reason(string line)
    {
        var row = LabelledReply.Read(line);

        var verdict = Classifier.Classify(row.Reply);

        Assert.Contains(verdict.Reason, row.Also.Prepend(row.Expert!));
        Assert.Equal(row.Hard ?? verdict.Hard, verdict.Hard);
        Assert.NotEmpty(verdict.Advice);
        Assert.DoesNotContain('{', verdict.Advice);
    }

    [Fact]
    public void There_are_a_thousand_and_every_reason_has_one()
    {
        Assert.InRange(Lines.Length, 1000, int.MaxValue);
        Assert.Equal(
            RuleBook.BuiltIn.Reasons.Keys.Where(reason => reason != Reason.Unknown).Order(),
            Lines.Select(line => LabelledReply.Read(line).Expert!).Distinct().Order());
    }
}
