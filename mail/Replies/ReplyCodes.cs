namespace MailStats.Mail.Replies;

/// <summary>Finds reply codes, and tells those that begin the reply of another server.</summary>
public static class ReplyCodes
{
    /// <summary>Three digits that end a word or are followed by <c>-</c>, as in the lines of a reply.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int position, out int code)
    {
        code = 0;

        if (position + 3 > text.Length
            || text[position] is not (>= '2' and <= '5')
            || !char.IsAsciiDigit(text[position + 1])
            || !char.IsAsciiDigit(text[position + 2])
            || position + 3 < text.Length && text[position + 3] != '-' && !char.IsWhiteSpace(text[position + 3]))
        {
            return false;
        }

        code = ((text[position] - '0') * 100) + ((text[position + 1] - '0') * 10) + (text[position + 2] - '0');

        return true;
    }

    public static int SkipSpace(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
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
            || before.EndsWith("returned was:")
            || before.EndsWith("server was:")
            || before.EndsWith("responded with")
            || before.EndsWith("returned"));
}
