using MailStats.Classifier.Scoring;

namespace MailStats.Classifier.Tests;

public class ClassifyCommandTests
{
    // The second one's SHA-256 begins with a byte below 77.
    private const string Rows = """
        {"text": "550 5.1.1 Unknown user", "expert": "recipient_unknown", "expert_hard": true}
        {"text": "550 5.0.0 Zorp 5", "expert": "mailbox_full", "expert_hard": false}
        {"text": "550 5.0.0 Zorp", "expert": "malware", "expert_hard": false}
        """;

    [Fact]
    public void Labels_give_the_score_table()
    {
        var output = Run(Rows, new ClassifyCommand.Table());

        Assert.Matches(@"rows +3\b", output);
        Assert.Matches(@"right +33\.3 %", output);
        Assert.Contains("malware -> unknown", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_validation_part_shows_its_score_and_none_of_its_replies()
    {
        var output = Run(Rows, new ClassifyCommand.Table(Misses: true, Split: true));
        var parts = output.Split("validation part, never tuned on");

        Assert.Matches(@"rows +2\b", parts[0]);
        Assert.Matches(@"rows +1\b", parts[1]);
        Assert.Matches(@"right +0\.0 %", parts[1]);
        Assert.Contains("550 5.0.0 Zorp [", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Zorp 5", output, StringComparison.Ordinal);
        Assert.DoesNotContain("mailbox_full", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Replies_without_labels_get_their_verdicts() =>
        Assert.StartsWith("recipient_unknown\thard\t", Run("550 5.1.1 User unknown", new ClassifyCommand.Table()), StringComparison.Ordinal);

    [Fact]
    public void A_broken_line_is_named_and_ends_with_1()
    {
        var (status, _, error) = RunWhole("{\"text\": \n550 User unknown", new ClassifyCommand.Table());

        Assert.Equal(1, status);
        Assert.Contains("line 1:", error, StringComparison.Ordinal);
    }

    private static string Run(string lines, ClassifyCommand.Table table)
    {
        var (status, output, error) = RunWhole(lines, table);

        Assert.Equal((0, string.Empty), (status, error));

        return output;
    }

    private static (int Status, string Output, string Error) RunWhole(string lines, ClassifyCommand.Table table)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, lines);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = ClassifyCommand.Run(file, table, null, output, error);
        File.Delete(file);

        return (status, output.ToString(), error.ToString());
    }
}
