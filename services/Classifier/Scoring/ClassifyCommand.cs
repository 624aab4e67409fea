using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Scoring;

/// <summary><c>classify FILE|-</c>: verdicts for replies from a file or the standard input, or the score where they carry labels.</summary>
internal static class ClassifyCommand
{
    public const string Name = "classify";

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Replies, one a line, plain or as JSON objects; - reads the standard input" };
        var misses = new Option<bool>("--misses") { Description = "With labels: list every reply that was judged otherwise" };
        var rules = new Option<DirectoryInfo?>("--rules") { Description = "A folder with rule files to try in place of those built in" };
        var command = new Command(Name, "Say why replies refused their recipients; with labels, print the score") { file, misses, rules };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(misses), parsed.GetValue(rules), Console.Out, Console.Error));

        return command;
    }

    /// <returns>0, or 1 when the file cannot be read or holds a line that is no reply, or the rules have mistakes.</returns>
    internal static int Run(string file, bool misses, DirectoryInfo? rules, TextWriter output, TextWriter error)
    {
        if (file != "-" && !File.Exists(file))
        {
            error.WriteLine($"There is no file {file}");

            return 1;
        }

        RuleBook book;

        try
        {
            book = rules is null ? RuleBook.BuiltIn : RuleBook.Read(name => File.ReadAllText(Path.Combine(rules.FullName, name)));
        }
        catch (RuleBookException mistakes)
        {
            error.WriteLine(mistakes.Message);

            return 1;
        }

        using var reader = file == "-" ? Console.In : new StreamReader(file);
        var classifier = new ReplyClassifier(book);
        var score = new ScoreTable();
        var number = 0;
        var broken = 0;

        while (reader.ReadLine() is { } line)
        {
            number++;

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            LabelledReply row;

            try
            {
                row = LabelledReply.Read(line);
            }
            catch (JsonException mistake)
            {
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file} line {number}: {mistake.Message}"));
                broken++;
                continue;
            }

            var verdict = classifier.Classify(row.Reply);

            if (row.Expert is not null)
            {
                score.Add(row, verdict);
            }
            else
            {
                output.WriteLine(string.Join('\t', verdict.Reason, verdict.Hard ? "hard" : "soft", verdict.Rule ?? "-", verdict.Advice, verdict.Documentation ?? "-", row.Reply.Text?.ReplaceLineEndings(" ")));
            }
        }

        if (score.Rows > 0)
        {
            score.Print(output, misses);
        }

        return broken == 0 ? 0 : 1;
    }
}
