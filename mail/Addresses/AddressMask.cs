using System.Globalization;
using System.Text;

namespace MailStats.Mail.Addresses;

/// <summary>
/// Addresses as they are shown to people who are to recognise one, not to learn it: first letter and domain. What is kept stays
/// as it is; for that see <see cref="AddressPrivacy"/>.
/// </summary>
public static class AddressMask
{
    public const string Hidden = "•••";

    /// <summary>Of a local part this short, the first letter would be half of it.</summary>
    private const int ShortestWithLetter = 3;

    /// <summary>Shorter local parts are words of any sentence.</summary>
    private const int ShortestWord = 3;

    /// <summary>The address with all but its first letter and its domain taken out; the same for the forms in which addresses are kept.</summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        var local = at < 0 ? address : address[..at];
        var letter = StringInfo.GetNextTextElement(local);
        var shown = new StringInfo(local).LengthInTextElements >= ShortestWithLetter && letter.Length > 0 && char.IsLetterOrDigit(letter, 0) ? letter : "";

        return shown + Hidden + (at < 0 ? "" : address[at..]);
    }

    /// <summary>A text with every address in it masked, and the recipient's name where it stands alone ("user ann.smith unknown").</summary>
    public static string Within(string text, string recipient)
    {
        var at = recipient.LastIndexOf('@');
        text = MaskAddresses(text);

        return at < ShortestWord ? text : WithoutWord(text, recipient[..at], Hidden);
    }

    /// <summary>Whole words alone, whatever case they are in.</summary>
    internal static string WithoutWord(string text, string word, string instead)
    {
        var from = 0;

        while (text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var index)
        {
            var end = index + word.Length;
            var whole = (index == 0 || !char.IsLetterOrDigit(text[index - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
            text = whole ? string.Concat(text.AsSpan(0, index), instead, text.AsSpan(end)) : text;
            from = whole ? index + instead.Length : end;
        }

        return text;
    }

    private static string MaskAddresses(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var done = 0;

        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var (start, end) = (StartOf(text, at, done), at + 1);

            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || char.IsSurrogate(text[end]) || text[end] is '.' or '-'))
            {
                end++;
            }

            if (start < at)
            {
                masked.Append(text, done, start - done).Append(Of(text[start..end]));
                done = end;
            }
        }

        return masked.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>Where the local part before an <c>@</c> begins; the <c>@</c> itself where there is none.</summary>
    private static int StartOf(string text, int at, int from)
    {
        var start = at;

        if (at > from && text[at - 1] == '"')
        {
            // A quoted local part (RFC 5321 §4.1.2) may hold blanks.
            var quote = text.LastIndexOf('"', at - 2 < from ? from : at - 2);

            return quote >= from && quote < at - 1 ? quote : at;
        }

        while (start > from && IsOfLocalPart(text[start - 1]))
        {
            start--;
        }

        return start;
    }

    private static bool IsOfLocalPart(char letter) =>
        char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || "!#$%&'*+-/=?^_`{|}~.•".Contains(letter, StringComparison.Ordinal);
}
