namespace MailStats.Mail.Replies;

/// <summary>qmail writes replies into its log with <c>_</c> for white space and what cannot be printed, and <c>/</c> for the ends of lines.</summary>
internal static class QmailLog
{
    // Up to here some space stands in any other text.
    private const int Start = 40;

    public static bool HasNoSpaces(ReadOnlySpan<char> text) =>
        text.Length > Start
        && !text[..Start].ContainsAny(' ', '\n', '\t')
        && (text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)].Contains("_said:_", StringComparison.Ordinal)
            || text.Contains("_(#", StringComparison.Ordinal));

    public static ReadOnlySpan<char> WithSpaces(ReadOnlySpan<char> text) =>
        text[..Math.Min(text.Length, ReplyNormalizer.MaximumLength)].ToString()
            .Replace('_', ' ').Replace("/ ", "\n", StringComparison.Ordinal).Replace('/', '\n');
}
