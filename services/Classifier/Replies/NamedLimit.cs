using System.Globalization;
using System.Text.RegularExpressions;
using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>The limit that a reply names, in words for advice: <c>25 MB</c>, <c>120 messages per hour</c>, <c>50 recipients</c>.</summary>
internal static class NamedLimit
{
    private const RegexOptions Linear =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const int SmallestPlainSize = 100_000;

    // What says that a number is a limit, before or behind it.
    private static readonly Regex _limitWord = new(
        "(limit|max|exceed|allow|at most|up to|no more|only|larger|bigger|greater|over |permit|accept|reached|>)",
        Linear);

    // What says that the number before is what the message has, not what the receiver takes.
    private static readonly Regex _ownWord = new(@"^\W{0,3}(bytes |octets )?(is |are |was |which )?(too|exceed|larger|bigger|greater|over|>)", Linear);

    private static readonly Regex _size = new(
        @"\b[0-9]{1,4}([.,][0-9]{1,2})? ?([kmg]i?b|[kmg]bytes?|(kilo|mega|giga)bytes?)\b|\b[0-9]{6,12}\b",
        Linear);

    private static readonly Regex _count = new(
        @"\b[0-9]{1,6} (concurrent |simultaneous )?(messages?|e-?mails?|mails?|recipients?|rcpts?|addresses|connections?|sessions?)"
            + @"( ?/ ?(hour|minute|day)| (per|an?|each|every|in|in an?|within) ([0-9]{1,5} )?"
            + @"(hours?|minutes?|seconds?|days?|messages?|sessions?|connections?|transactions?)( from [a-z]+)?)?\b",
        Linear);

    /// <param name="reason">What kind of limit is sought: of size for <c>message_too_large</c>, of recipients for
    /// <c>too_many_recipients</c>, of both and messages else.</param>
    /// <param name="text">The reply as the source gives it; what is behind <see cref="ReplyNormalizer.MaximumLength"/> is not looked at.</param>
    /// <returns>null where the reply names none.</returns>
    public static string? Find(string reason, ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)];

        return !_limitWord.IsMatch(text) ? null : reason == "message_too_large" ? FindSize(text) : FindCount(text);
    }

    /// <summary>Of two sizes the smaller is the limit, the larger the message.</summary>
    private static string? FindSize(ReadOnlySpan<char> text)
    {
        var least = double.MaxValue;

        foreach (var match in _size.EnumerateMatches(text))
        {
            var bytes = BytesOf(text.Slice(match.Index, match.Length));

            if (bytes < least && bytes > 0 && !_ownWord.IsMatch(Following(text, match.Index + match.Length)))
            {
                least = bytes;
            }
        }

        return least == double.MaxValue ? null : Written(least);
    }

    private static string? FindCount(ReadOnlySpan<char> text)
    {
        foreach (var match in _count.EnumerateMatches(text))
        {
            var before = text[..match.Index].TrimEnd();

            if (!before.EndsWith("sent", StringComparison.OrdinalIgnoreCase)
                && !before.EndsWith('.')
                && !_ownWord.IsMatch(Following(text, match.Index + match.Length)))
            {
                return string.Join(' ', text.Slice(match.Index, match.Length).ToString().ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return null;
    }

    private static ReadOnlySpan<char> Following(ReadOnlySpan<char> text, int position) => text[position..Math.Min(text.Length, position + 30)];

    /// <returns>0 for a plain number that is too small for a size.</returns>
    private static double BytesOf(ReadOnlySpan<char> size)
    {
        var end = size.LastIndexOfAnyInRange('0', '9') + 1;
        var number = double.Parse(size[..end].ToString().Replace(',', '.'), CultureInfo.InvariantCulture);
        var unit = size[end..].TrimStart();

        return unit.IsEmpty
            ? number >= SmallestPlainSize ? number : 0
            : number * char.ToLowerInvariant(unit[0]) switch
            {
                'k' => 1 << 10,
                'm' => 1 << 20,
                _ => 1 << 30,
            };
    }

    private static string Written(double bytes) => bytes switch
    {
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bytes / (1 << 20), 1):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bytes / (1 << 10)):0} kB"),
    };
}
