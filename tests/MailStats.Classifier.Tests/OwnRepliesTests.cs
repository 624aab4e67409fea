using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

/// <summary>Replies in the words of the MTAs and receivers whose documentation and sources are public, addresses and hosts made up.</summary>
public class OwnRepliesTests
{
    private static readonly ReplyClassifier Classifier = new(RuleBook.BuiltIn);

    public static TheoryData<string> Replies => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "own-replies.jsonl"))];

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_known_reply_gets_its_reason(string line)
    {
        var row = LabelledReply.Read(line);

        var verdict = Classifier.Classify(row.Reply);

        Assert.Equal((row.Expert, row.Hard), (verdict.Reason, verdict.Hard));
        Assert.NotEmpty(verdict.Advice);
        Assert.DoesNotContain('{', verdict.Advice);
    }

    [Fact]
    public void There_are_two_hundred_of_them_for_every_reason() =>
        Assert.Equal(
            RuleBook.BuiltIn.Reasons.Keys.Where(reason => reason != Reason.Unknown).Order(),
            Replies.Select(row => LabelledReply.Read(row.Data).Expert!).Distinct().Order());
}
