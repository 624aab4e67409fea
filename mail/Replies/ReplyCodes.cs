using System.Numerics;

namespace MailStats.Mail.Replies;

/// <summary>
/// Reads reply codes (RFC 5321 §4.2), from characters or from the bytes of a log, and tells those that begin the reply of
/// another server.
/// </summary>
public static class ReplyCodes
{
    /// <summary>Three digits, the first from 2 to 5, that end the text or stand before white space or <c>-</c>, as in the lines of a reply.</summary>
    public static bool TryRead<T>(ReadOnlySpan<T> text, out int code)
        where T : unmanaged, IBinaryInteger<T>
    {
        code = 0;
        if (text.Length < 3)
        {
            return false;
        }

        var (hundreds, tens, ones) = (CodeUnits.Digit(text[0]), CodeUnits.Digit(text[1]), CodeUnits.Digit(text[2]));
        if (hundreds is < 2 or > 5 || tens > 9 || ones > 9
            || (text.Length > 3 && !CodeUnits.Is(text[3], '-') && !CodeUnits.IsWhiteSpace(text[3])))
        {
            return false;
        }

        code = (int)((hundreds * 100) + (tens * 10) + ones);

        return true;
    }

    public static int SkipSpace<T>(ReadOnlySpan<T> text, int position)
        where T : unmanaged, IBinaryInteger<T>
    {
        while (position < text.Length && CodeUnits.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>Whether codes begin a quoted reply.</summary>
    /// <param name="before">What stands before the codes.</param>
    /// <param name="hasEnhanced">Whether an enhanced code follows the reply code.</param>
    /// <param name="repeats">Whether the codes are those of the reply itself: after a colon that may be the next line of it.</param>
    public static bool BeginQuote(ReadOnlySpan<char> before, bool hasEnhanced, bool repeats) =>
        before.EndsWith("said:")
        || before.EndsWith("->")
        || before.EndsWith("<<<")
        || !repeats
        && (hasEnhanced && before[^1] is ':' or '<' or '(' or '"' or '\''
            || before.EndsWith("]:")
            || before.EndsWith("error:")
            || before.EndsWith("reply:")
            || before.EndsWith("replied:")
            || before.EndsWith("response:")
            || before.EndsWith("response was:")
            || before.EndsWith("responded with")
            || before.EndsWith("returned"));
}
