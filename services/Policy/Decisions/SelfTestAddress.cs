namespace MailStats.Policy.Decisions;

/// <summary>The address that only one self-test has: <c>ann+mailstats-0123456789abcdef@example.net</c>.</summary>
internal static class SelfTestAddress
{
    private const string Tag = "+mailstats-";
    private const int IdLength = 16;

    public static string Of(string recipient, string testId)
    {
        var at = recipient.LastIndexOf('@');

        return $"{recipient[..at]}{Tag}{testId}{recipient[at..]}";
    }

    /// <summary>The test that a recipient is of; null for all others.</summary>
    public static string? TestOf(string recipient)
    {
        var at = recipient.LastIndexOf('@');
        var start = at - IdLength;

        return start > Tag.Length && recipient.AsSpan(0, start).EndsWith(Tag, StringComparison.OrdinalIgnoreCase)
            ? recipient[start..at].ToLowerInvariant()
            : null;
    }
}
