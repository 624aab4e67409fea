using System.Buffers;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>The page that a reply names for those who want to know more.</summary>
internal static class LinkInReply
{
    /// <summary>Characters of the longest link that is offered; what is longer is a tracking link or an attack.</summary>
    public const int MaximumLength = 300;

    private static readonly SearchValues<char> _ends = SearchValues.Create(" \t\r\n<>\"'\\");

    /// <param name="text">The reply as the source gives it; what is behind <see cref="ReplyNormalizer.MaximumLength"/> is not looked at.</param>
    /// <returns>The first link, a part of the text; empty where there is none that a browser may be sent to.</returns>
    public static ReadOnlySpan<char> Find(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)];

        while (text.IndexOf("http", StringComparison.OrdinalIgnoreCase) is var start and >= 0)
        {
            text = text[start..];
            var end = text.IndexOfAny(_ends);
            var link = (end < 0 ? text : text[..end]).TrimEnd(".,;:)]}");

            if (IsOffered(link))
            {
                return link;
            }

            text = text[4..];
        }

        return [];
    }

    private static bool IsOffered(ReadOnlySpan<char> link)
    {
        var host = link.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : link.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;

        // A name before an @ would look like the host and is none.
        return host > 0
            && link.Length is > 10 and <= MaximumLength
            && link[host..].Contains('.')
            && !link.Contains('@')
            && !link.ContainsAnyExceptInRange('!', '~');
    }
}
