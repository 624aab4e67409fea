using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>
/// A report's fields (RFC 3464) within its text: from servers that write them below each other without parts, and where a relay has changed
/// the mark between the parts.
/// </summary>
internal static partial class FieldsInText
{
    /// <summary>Paragraphs that are looked at; a report of many recipients has one for each.</summary>
    private const int MaxParagraphs = ReportReader.MaxRecipients + 200;

    /// <summary>Null when the text holds none.</summary>
    public static IReadOnlyList<ReportedFate>? Read(MimeMessage message, MailParts parts, IReadOnlyList<string> verp)
    {
        if (!PlainReport.IsBelieved(message) || PlainReport.TextOf(message, parts) is not { } text || !Recipient().IsMatch(text))
        {
            return null;
        }

        var paragraphs = text.Split("\n\n", MaxParagraphs, StringSplitOptions.RemoveEmptyEntries);
        var last = Array.FindLastIndex(paragraphs, paragraph => Recipient().IsMatch(paragraph));
        var groups = paragraphs[..(last + 1)].Where(paragraph => Reporter().IsMatch(paragraph) || Recipient().IsMatch(paragraph)).Select(Headers).ToList();
        var original = parts.Original?.Headers ?? paragraphs[(last + 1)..].Where(paragraph => OfMail().IsMatch(paragraph)).Select(Headers).FirstOrDefault();

        return DeliveryReport.Read(message, parts, groups, original, verp);
    }

    /// <summary>The fields of a paragraph; what is none of them is left out.</summary>
    private static HeaderList Headers(string paragraph)
    {
        var headers = new HeaderList();

        foreach (Match field in Field().Matches(paragraph))
        {
            headers.Add(field.Groups["name"].Value, Encoding.UTF8, Folds().Replace(field.Groups["value"].Value, " ").Trim());
        }

        return headers;
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9-]{0,63}):(?<value>.*(\n[ \t]+\S.*)*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();

    [GeneratedRegex(@"\s*\n\s+", RegexOptions.None, 1000)]
    private static partial Regex Folds();

    [GeneratedRegex(@"^Final-Recipient:", RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"^Reporting-MTA:", RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Reporter();

    [GeneratedRegex(@"^(Message-ID|From):", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfMail();
}
