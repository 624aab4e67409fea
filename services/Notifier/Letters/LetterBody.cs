using System.Net;
using System.Text;

namespace MailStats.Notifier.Letters;

/// <summary>
/// A letter as plain text, and as HTML that mail clients show: tables, styles in the tags, no script, nothing from elsewhere; the chart
/// travels with the mail.
/// </summary>
internal static class LetterBody
{
    /// <summary>Content id of the chart.</summary>
    public const string Chart = "days";

    private const string Cell = "padding:4px 8px;border-bottom:1px solid #e3e6ea";

    public static string Plain(Letter letter, LetterStory story)
    {
        var words = LetterWords.Of(letter.Language);
        var text = new StringBuilder();
        Head(words.ToDo).AppendLine(story.ToDo).AppendLine();

        if (letter.Now.Recipients == 0)
        {
            text.AppendLine(words.NoMail).AppendLine();
        }

        Table(story.Numbers);
        Head(words.Changed);
        Lines(story.Changes, words.NothingChanged);
        Head(words.Incidents);
        Lines(story.Incidents, words.NoIncidents);

        if (story.Reasons.Count > 0)
        {
            Head(words.Reasons);
            Table(story.Reasons);
        }

        return text.AppendLine("--").AppendLine(words.Footer).ToString().ReplaceLineEndings("\r\n");

        StringBuilder Head(string title) => text.AppendLine(title).AppendLine(new string('=', title.Length));

        void Lines(IReadOnlyList<string> lines, string none)
        {
            foreach (var line in lines.Count > 0 ? lines : [none])
            {
                text.Append("* ").AppendLine(line);
            }

            text.AppendLine();
        }

        void Table(IReadOnlyList<string[]> rows)
        {
            // Of the two columns the first is the letter's own period.
            rows = [["", "", words.Before, ""], .. rows];
            var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToArray();

            foreach (var row in rows)
            {
                text.AppendLine($"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3]}".TrimEnd());
            }

            text.AppendLine();
        }
    }

    /// <param name="letter">The letter.</param>
    /// <param name="story">Its words.</param>
    /// <param name="chart">Where its picture is: the part of the mail, or the picture itself as a <c>data:</c> URL.</param>
    public static string Html(Letter letter, LetterStory story, string chart = $"cid:{Chart}")
    {
        var words = LetterWords.Of(letter.Language);
        var html = new StringBuilder()
            .Append("<!DOCTYPE html><html lang=\"").Append(words.Code).Append("\"><head><meta charset=\"utf-8\"><title>").Append(Text(story.Subject))
            .Append("</title></head><body style=\"margin:0;padding:16px;background:#f3f4f6;color:#1c2430;font:15px/1.5 Arial,sans-serif\">")
            .Append("<table role=\"presentation\" width=\"600\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\" style=\"background:#ffffff\">")
            .Append("<tr><td style=\"padding:24px\">");
        Head(words.ToDo, 1);
        html.Append("<p style=\"font-size:17px;margin:0 0 16px\">").Append(Text(story.ToDo)).Append("</p>");

        if (letter.Now.Recipients == 0)
        {
            html.Append("<p>").Append(Text(words.NoMail)).Append("</p>");
        }

        html.Append("<img src=\"").Append(chart).Append("\" width=\"").Append(LetterChart.Width).Append("\" height=\"").Append(LetterChart.Height)
            .Append("\" style=\"max-width:100%;height:auto\" alt=\"").Append(Text(words.Days)).Append("\"><p style=\"margin:0 0 16px;font-size:13px\">")
            .Append(FormattableString.Invariant($"{letter.First:yyyy-MM-dd} – {letter.Last:yyyy-MM-dd}. ")).Append(Text(words.Days)).Append("</p>");
        Table(story.Numbers);
        Head(words.Changed, 2);
        Lines(story.Changes, words.NothingChanged);
        Head(words.Incidents, 2);
        Lines(story.Incidents, words.NoIncidents);

        if (story.Reasons.Count > 0)
        {
            Head(words.Reasons, 2);
            Table(story.Reasons);
        }

        return html.Append("<p style=\"font-size:13px;color:#5b6573\">").Append(Text(words.Footer)).Append("</p></td></tr></table></body></html>")
            .ToString();

        void Head(string title, int level)
        {
            html.Append(level == 1 ? "<h1 style=\"font-size:20px;margin:0 0 8px\">" : "<h2 style=\"font-size:17px;margin:16px 0 8px\">")
                .Append(Text(title)).Append(level == 1 ? "</h1>" : "</h2>");
        }

        void Lines(IReadOnlyList<string> lines, string none)
        {
            html.Append("<ul style=\"margin:0;padding-left:20px\">");

            foreach (var line in lines.Count > 0 ? lines : [none])
            {
                html.Append("<li>").Append(Text(line)).Append("</li>");
            }

            html.Append("</ul>");
        }

        void Table(IReadOnlyList<string[]> rows)
        {
            html.Append("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;font-size:14px\">")
                .Append("<tr><th></th><th></th><th align=\"right\" style=\"").Append(Cell).Append("\">").Append(Text(words.Before))
                .Append("</th><th></th></tr>");

            foreach (var row in rows)
            {
                html.Append("<tr><td style=\"").Append(Cell).Append("\">").Append(Text(row[0])).Append("</td>");
                html.Append("<td align=\"right\" style=\"").Append(Cell).Append("\">").Append(Text(row[1])).Append("</td>");
                html.Append("<td align=\"right\" style=\"").Append(Cell).Append("\">").Append(Text(row[2])).Append("</td>");
                html.Append("<td style=\"").Append(Cell).Append("\">").Append(Text(row[3])).Append("</td></tr>");
            }

            html.Append("</table>");
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
