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
        var split = new Option<bool>("--split")
        {
            Description = "With labels: one table for the replies that rules were tuned on, and only the score for the part "
                + "(3 in 10, by their SHA-256) that nobody looks at",
        };
        var rules = new Option<DirectoryInfo?>("--rules") { Description = "A folder with rule files to try in place of those built in" };
        var command = new Command(Name, "Say why replies refused their recipients; with labels, print the score") { file, misses, split, rules };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(file),
            new Table(parsed.GetValue(misses), parsed.GetValue(split)),
            parsed.GetValue(rules),
            Console.Out,
            Console.Error));

        return command;
    }

    /// <returns>0, or 1 when the file cannot be read or holds a line that is no reply, or the rules have mistakes.</returns>
    internal static int Run(string file, Table table, DirectoryInfo? rules, TextWriter output, TextWriter error)
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
        var validation = new ScoreTable();
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
                (table.Split && ValidationPart.Has(row) ? validation : score).Add(row, verdict);
            }
            else
            {
                output.WriteLine(string.Join(
                    '\t',
                    verdict.Reason,
                    verdict.Hard ? "hard" : "soft",
                    verdict.Rule ?? "-",
                    verdict.Advice,
                    verdict.Documentation ?? "-",
                    row.Reply.Text?.ReplaceLineEndings(" ")));
            }
        }

        if (score.Rows > 0)
        {
            score.Print(output, table.Misses);
        }

        if (validation.Rows > 0)
        {
            output.WriteLine();
            output.WriteLine("validation part, never tuned on");
            validation.PrintScore(output);
        }

        return broken == 0 ? 0 : 1;
    }

    /// <param name="Misses">Whether to list every reply that was judged otherwise.</param>
    /// <param name="Split">Whether to keep the validation part apart.</param>
    internal readonly record struct Table(bool Misses = false, bool Split = false);
}
