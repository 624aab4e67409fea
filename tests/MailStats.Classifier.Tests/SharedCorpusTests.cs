using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;
using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

/// <summary>The labelled replies beside the checkout, where they are.</summary>
public class SharedCorpusTests
{
    [SkippableTheory]
    [InlineData("replies.jsonl", 0.98, 0.98)]
    [InlineData("replies-2.jsonl", 0.98, 0.95)]
    public void The_score_on_the_labelled_replies_does_not_fall(string name, double coverage, double right)
    {
        var file = FindShared("corpora/replies/" + name);
        Skip.If(file is null, "../shared/corpora/replies is not there");
        var classifier = new ReplyClassifier(RuleBook.BuiltIn);
        var score = new ScoreTable();

        foreach (var row in File.ReadLines(file!).Select(LabelledReply.Read))
        {
            score.Add(row, classifier.Classify(row.Reply));
        }

        Assert.InRange(score.Coverage, coverage, 1);
        Assert.InRange(score.Right, right, 1);
        Assert.InRange(score.HardAgreement, 0.98, 1);
    }

    internal static string? FindShared(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MailStats.sln")))
            {
                var file = Path.Combine(folder.FullName, "..", "shared", path);

                return File.Exists(file) || Directory.Exists(file) ? file : null;
            }
        }

        return null;
    }
}
