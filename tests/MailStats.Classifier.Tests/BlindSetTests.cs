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
    [InlineData("blind-logs.jsonl", 0.98, 0.91, 0.97)]
    [InlineData("blind-sources.jsonl", 0.98, 0.91, 0.97)]
    [InlineData("blind-pages.jsonl", 0.98, 0.91, 0.97)]
    [InlineData("blind-bounces.jsonl", 0.98, 0.91, 0.97)]
    [InlineData("blind-rules.jsonl", 0.98, 0.97, 0.97)]
    [InlineData("blind-mixed.jsonl", 0.97, 0.95, 0.93)]
    public void The_score_on_a_blind_set_does_not_fall(string file, double coverage, double right, double hard)
    {
        var classifier = new ReplyClassifier(RuleBook.BuiltIn);
        var score = new ScoreTable();

        foreach (var row in File.ReadLines(Path.Combine(AppContext.BaseDirectory, file)).Select(LabelledReply.Read))
        {
            score.Add(row, classifier.Classify(row.Reply));
        }

        Assert.InRange(score.Coverage, coverage, 1);
        Assert.InRange(score.Right, right, 1);
        Assert.InRange(score.HardAgreement, hard, 1);
    }
}
