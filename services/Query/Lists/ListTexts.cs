using System.Globalization;
using System.Net;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Replies;
using MailStats.Mail.Search;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Lists;

/// <summary>Filters of lists of single deliveries.</summary>
internal static class ListTexts
{
    private const int LongestName = 200;

    /// <summary>Asks for replies that have no such code.</summary>
    public const string None = "none";

    public static SearchQuery ReadSearch(string? text, FieldProblems problems)
    {
        if (SearchQuery.Parse(text, out var problem) is { } search)
        {
            return search;
        }

        problems.Add("search", problem!);

        return SearchQuery.Everything;
    }

    public static string? ReadName(string field, string? text, FieldProblems problems) =>
        text is null || (text.Length is > 0 and <= LongestName && !text.Any(char.IsControl))
            ? text
            : problems.Refuse<string>(field, $"must have 1 to {LongestName} characters, none of them a control character");

    public static string? ReadAddress(string field, string? text, FieldProblems problems) =>
        text is null || IPAddress.TryParse(text, out _) ? text : problems.Refuse<string>(field, "must be an IP address");

    /// <summary>Words of <paramref name="known"/> apart by commas or by repetition of the parameter.</summary>
    public static IReadOnlyList<DeliveryStatus> ReadStatuses(string? text, IReadOnlyDictionary<string, DeliveryStatus> known, FieldProblems problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var statuses = new HashSet<DeliveryStatus>();

        foreach (var word in text.Split(','))
        {
            if (!known.TryGetValue(word, out var status))
            {
                problems.Add("status", $"must be one or more of {string.Join(", ", known.Keys)}.");

                break;
            }

            statuses.Add(status);
        }

        return [.. statuses];
    }

    /// <summary>One of <paramref name="known"/>; null where nothing or something else is given.</summary>
    public static string? ReadWord(string field, string? text, IReadOnlyList<string> known, FieldProblems problems) =>
        text is null || known.Contains(text) ? text : problems.Refuse<string>(field, $"must be one of {string.Join(", ", known)}");

    /// <summary>An enhanced code, empty for <see cref="None"/>, null where none is given.</summary>
    public static string? ReadEnhancedCode(string? text, FieldProblems problems)
    {
        if (text is null or None)
        {
            return text is null ? null : "";
        }

        return EnhancedCode.Parse(text) is { IsNone: false } code
            ? code.ToString()
            : problems.Refuse<string>("enhancedCode", "must be an enhanced status code, for example 5.2.2, or none");
    }

    /// <summary>A reply code, 0 for <see cref="None"/>, null where none is given.</summary>
    public static int? ReadReplyCode(string? text, FieldProblems problems)
    {
        if (text is null or None)
        {
            return text is null ? null : 0;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 200 and <= 599)
        {
            return code;
        }

        problems.Add("smtpCode", "must be an SMTP reply code from 200 to 599, or none");

        return null;
    }

    public static bool? ReadFlag(string field, string? text, FieldProblems problems)
    {
        switch (text)
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                problems.Add(field, "must be true or false");

                return null;
        }
    }

    public static string? ReadReason(string? text, FieldProblems problems) =>
        text is null || (text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_'))
            ? text
            : problems.Refuse<string>("reason", "must be the name of a reason, for example mailbox_full");
}
