using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Classifier.Scoring;

/// <summary>How often the classifier agrees with the experts.</summary>
internal sealed class ScoreTable
{
    private readonly List<(LabelledReply Row, Classification Verdict)> _judged = [];

    public int Rows => _judged.Count;

    public void Add(LabelledReply row, Classification verdict) => _judged.Add((row, verdict));

    public double Coverage => Share(_judged.Count(judged => !judged.Verdict.Unknown), _judged.Count);

    public double Right => Share(_judged.Count(IsRight), _judged.Count);

    /// <summary>Among the rows whose label says hard or soft.</summary>
    public double HardAgreement
    {
        get
        {
            var decidable = _judged.Where(judged => judged.Row.Hard is not null).ToArray();

            return Share(decidable.Count(judged => judged.Row.Hard == judged.Verdict.Hard), decidable.Length);
        }
    }

    /// <param name="output">Where to.</param>
    /// <param name="misses">Whether to list every miss.</param>
    public void Print(TextWriter output, bool misses)
    {
        PrintScore(output);
        output.WriteLine();
        Line(output, $"{"reason",-24}{"rows",6}{"right",8}{"said",6}{"precision",11}");

        foreach (var reason in _judged
            .GroupBy(judged => judged.Row.Expert!)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            var said = _judged.Where(judged => judged.Verdict.Reason == reason.Key).ToArray();
            var right = Share(reason.Count(IsRight), reason.Count());
            Line(output, $"{reason.Key,-24}{reason.Count(),6}{right,8:P0}{said.Length,6}{Share(said.Count(IsRight), said.Length),11:P0}");
        }

        var confusions = _judged
            .Where(judged => !IsRight(judged))
            .GroupBy(judged => (Expert: judged.Row.Expert!, Said: judged.Verdict.Reason))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .Take(10)
            .ToArray();

        if (confusions.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("the ten worst confusions (label -> said)");

            foreach (var confusion in confusions)
            {
                Line(output, $"{confusion.Count(),6}  {confusion.Key.Expert} -> {confusion.Key.Said}");
            }
        }

        if (misses)
        {
            PrintMisses(output);
        }
    }

    /// <summary>The three figures alone.</summary>
    public void PrintScore(TextWriter output)
    {
        Line(output, $"rows            {Rows,6}");
        Line(output, $"coverage        {Coverage,6:P1}   (not unknown)");
        Line(output, $"right           {Right,6:P1}   (the label or one of its alternatives)");
        Line(output, $"hard agreement  {HardAgreement,6:P1}   (rows that say hard or soft)");
    }

    private void PrintMisses(TextWriter output)
    {
        output.WriteLine();

        foreach (var (row, verdict) in _judged.Where(judged => !IsRight(judged) || judged.Row.Hard is { } hard && hard != judged.Verdict.Hard))
        {
            Line(output, $"{row.Expert} (hard: {row.Hard}) -> {verdict.Reason} (hard: {verdict.Hard}) by {verdict.Rule ?? "no rule"}");
            Line(output, $"        {row.Reply.Code} {row.Reply.EnhancedCode} {row.Reply.Text} [{row.Reply.Host}]");
        }
    }

    private static bool IsRight((LabelledReply Row, Classification Verdict) judged) =>
        judged.Verdict.Reason == judged.Row.Expert || judged.Row.Also.Contains(judged.Verdict.Reason);

    private static double Share(int part, int whole) => whole == 0 ? 1 : (double)part / whole;

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
