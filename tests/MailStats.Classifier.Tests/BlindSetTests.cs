using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

/// <summary>
/// Replies that stand in none of the other files, labelled before their one run (docs/replies.md has the scores of that run); the
/// kinds they showed were mended afterwards and are held here.
/// </summary>
public class BlindSetTests
{
    [Theory]
    [InlineData("blind-logs.jsonl")]
    [InlineData("blind-sources.jsonl")]
    [InlineData("blind-pages.jsonl")]
    [InlineData("blind-bounces.jsonl")]
    [InlineData("blind-rules.jsonl")]
    public void The_score_on_a_blind_set_does_not_fall(string file)
    {
        var classifier = new ReplyClassifier(RuleBook.BuiltIn);
        var score = new ScoreTable();

        foreach (var row in File.ReadLines(Path.Combine(AppContext.BaseDirectory, file)).Select(LabelledReply.Read))
        {
            score.Add(row, classifier.Classify(row.Reply));
        }

        Assert.InRange(score.Coverage, 0.98, 1);
        Assert.InRange(score.Right, 0.91, 1);
        Assert.InRange(score.HardAgreement, 0.97, 1);
    }
}
