using System.Buffers;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>The page that a reply names for those who want to know more.</summary>
internal static class LinkInReply
{
    /// <summary>Characters of the longest link that is offered; what is longer is a tracking link or an attack.</summary>
    public const int MaximumLength = 300;

    private const string Mark = "://";

    private static readonly SearchValues<char> _ends = SearchValues.Create(" \t\r\n<>\"'\\");

    /// <param name="text">The reply as the source gives it; what is behind <see cref="ReplyNormalizer.MaximumLength"/> is not looked at.</param>
    /// <returns>The first link, a part of the text; empty where there is none that a browser may be sent to.</returns>
    public static ReadOnlySpan<char> Find(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)];

        // Few replies have the mark, and it is found faster than letters of either case.
        for (var from = 0; text[from..].IndexOf(Mark) is var found and >= 0; from += found + Mark.Length)
        {
            var start = StartOf(text[..(from + found)]);

            if (start < 0)
            {
                continue;
            }

            var end = text[start..].IndexOfAny(_ends);
            var link = (end < 0 ? text[start..] : text.Slice(start, end)).TrimEnd(".,;:)]}");

            if (IsOffered(link, from + found + Mark.Length - start))
            {
                return link;
            }
        }

        return [];
    }

    /// <returns>Where <c>http</c> or <c>https</c> begins that stands at the end, -1 where neither does.</returns>
    private static int StartOf(ReadOnlySpan<char> before) =>
        before.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? before.Length - 4
        : before.EndsWith("https", StringComparison.OrdinalIgnoreCase) ? before.Length - 5
        : -1;

    // A name before an @ would look like the host and is none.
    private static bool IsOffered(ReadOnlySpan<char> link, int host) =>
        link.Length is > 10 and <= MaximumLength
        && link[host..].Contains('.')
        && !link.Contains('@')
        && !link.ContainsAnyExceptInRange('!', '~');
}
